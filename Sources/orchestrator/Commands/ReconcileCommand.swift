import ArgumentParser
import Orchestrator

struct ReconcileCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile", abstract: "Bring back what should run and does not.",
    discussion: """
      As after a restart of the machine: starts the apps that serve and the proxy, finishes what was interrupted, removes what \
      belongs to no release, and says what it did. An app that another command is at is left to it. Doing it again changes nothing. Ends \
      with 6 if something could not be brought back.

      EXAMPLES
        orchestrator reconcile
        orchestrator reconcile --dry-run
        orchestrator reconcile --json
      """)

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let outcome = try await engine(console).reconcile(dryRun: dryRun)
    if global.json {
      console.json(OutcomeReport(outcome))
    } else {
      console.show(
        done: outcome.done, busy: outcome.busy, problems: outcome.problems, otherwise: "Everything runs that should.")
    }
    if !outcome.problems.isEmpty { throw ExitCode(ExitStatus.needsAttention.rawValue) }
  }
}
