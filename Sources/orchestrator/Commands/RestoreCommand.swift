import ArgumentParser
import Orchestrator

struct RestoreCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Go back to what a backup knows.",
    discussion: """
      Puts what the backup knows in the place of the state, also of one that is damaged, keeps the state before in the state folder, and \
      brings the machine to it, as 'reconcile' does. Refuses with 4 while an app is being changed. Images and folders of releases that \
      only the state before knows stay until 'prune'. Ends with 6 if something could not be brought back.

      EXAMPLES
        orchestrator restore /srv/backups/orchestrator.db
        orchestrator restore orchestrator.db --no-reconcile && orchestrator reconcile --dry-run
        orchestrator restore orchestrator.db --json
      """)

  @Argument(help: "A file that 'orchestrator backup' made.", completion: .file())
  var file: String

  @Flag(inversion: .prefixedNo, help: "Whether to bring the machine to what the backup knows.")
  var reconcile = true

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let kept = try await DeploymentEngine.restore(file, configuration: try await global.configuration())
    let outcome = reconcile ? try await engine(console).reconcile() : Reconciliation()
    if global.json {
      console.json(Report(restored: file, kept: kept, outcome: OutcomeReport(outcome)))
    } else {
      console.result(
        "Restored from \(file.printable)." + (kept.map { " The state before is kept in \($0.printable)." } ?? ""))
      console.show(
        done: outcome.done, busy: outcome.busy, problems: outcome.problems,
        otherwise: reconcile ? "Everything runs that should." : "Next: orchestrator reconcile")
    }
    if !outcome.problems.isEmpty { throw ExitCode(ExitStatus.needsAttention.rawValue) }
  }

  private struct Report: Encodable {
    let restored: String
    let kept: String?
    let outcome: OutcomeReport

    private enum Key: String, CodingKey { case restored, kept }

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(restored, forKey: .restored)
      try object.encodeIfPresent(kept, forKey: .kept)
      try outcome.encode(to: encoder)
    }
  }
}
