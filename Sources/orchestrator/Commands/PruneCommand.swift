import ArgumentParser
import Orchestrator
import OrchestratorSystem

struct PruneCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Remove old releases, and what belongs to none.",
    discussion: """
      Of each app the release that serves and those before it stay, as many as the setting keepReleases says; so do as many that \
      failed, for their logs. What is not ours is never touched, and an app that another command is at is left to it. Ends with \
      6 if something could not be removed.

      EXAMPLES
        orchestrator prune --dry-run
        orchestrator prune --keep 2
        orchestrator prune --json
      """)

  @Flag(help: "Only say what would be removed.")
  var dryRun = false

  @Option(help: ArgumentHelp("How many releases of each app stay, at least 2.", valueName: "number"))
  var keep: Int?

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let outcome = try await engine(console).prune(keeping: keep, dryRun: dryRun)
    if global.json {
      console.json(OutcomeReport(outcome))
    } else {
      console.show(
        done: outcome.done, busy: outcome.busy, problems: outcome.problems, otherwise: "There is nothing to remove.")
      if outcome.bytes > 0 {
        console.progress("\(outcome.bytes.bytes)\(dryRun ? " would be" : "") freed, less what images share")
      }
    }
    if !outcome.problems.isEmpty { throw ExitCode(ExitStatus.needsAttention.rawValue) }
  }
}
