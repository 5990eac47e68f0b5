import ArgumentParser
import Orchestrator

struct RestoreCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Go back to what a backup knows.",
    discussion: """
      Puts what the backup knows in the place of the state, also of one that is damaged, and keeps the state before in the state folder. \
      What runs goes on: 'reconcile' brings the machine to what the state says then. Refuses with 4 while somebody changes an app.

      EXAMPLES
        orchestrator restore /srv/backups/orchestrator.db
        orchestrator restore orchestrator.db && orchestrator reconcile --dry-run
        orchestrator restore orchestrator.db --json
      """)

  @Argument(help: "A file that 'orchestrator backup' made.", completion: .file())
  var file: String

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let kept = try await DeploymentEngine.restore(file, configuration: try await global.configuration())
    if global.json { return console.json(Report(restored: file, kept: kept)) }
    console.result(
      "Restored from \(file.printable)." + (kept.map { " The state before is kept in \($0.printable)." } ?? ""))
    console.progress("Next: orchestrator reconcile --dry-run shows what does not run as the state says now.")
  }

  private struct Report: Encodable {
    let restored: String
    let kept: String?
  }
}
