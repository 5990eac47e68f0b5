import ArgumentParser
import Orchestrator

/// Whether a command waits for another that is changing the same app, and how long.
struct WaitOption: ParsableArguments {
  private static let defaultWait = "60m"

  /// The arguments with a bare `--wait` spelled out, since the parser would take any word that follows for its value.
  static func spelledOut(_ arguments: [String]) -> [String] {
    arguments.map { $0 == "--wait" ? "--wait=\(defaultWait)" : $0 }
  }

  // An option that can stand alone would lose its value where another option follows; a bare one is spelled out instead.
  @Option(
    help: ArgumentHelp(
      "Wait for another command that is changing the app: --wait for an hour at most, or as long as is said, such as --wait=30s.",
      valueName: "duration"))
  var wait: String?

  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  func duration() throws -> Duration {
    try wait.map { try OptionValue.duration($0, such: "--wait=30s or --wait=5m") } ?? .zero
  }
}
