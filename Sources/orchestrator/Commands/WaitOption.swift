import ArgumentParser
import Orchestrator

/// Whether a command waits for another that is changing the same app, and how long.
struct WaitOption: ParsableArguments {
  @Option(
    defaultAsFlag: "60m",
    help: ArgumentHelp(
      "Wait for another command that is changing the app: --wait for an hour at most, or as long as is said, such as --wait=30s.",
      valueName: "duration"))
  var wait: String?

  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  func duration() throws -> Duration {
    guard let wait else { return .zero }
    guard let duration = Duration(parsing: wait) else {
      throw OrchestratorError(
        .invalidInput, "\(wait.quoted) is not a duration", hint: "such as --wait=30s or --wait=5m")
    }
    return duration
  }
}
