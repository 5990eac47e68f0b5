import ArgumentParser
import Orchestrator
import OrchestratorSystem

/// What the program becomes to look after one process; no person types it.
struct SuperviseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise", abstract: "Look after one process until it ends.", shouldDisplay: false)

  @Argument(help: "The folder with what is known of the process.")
  var folder: String

  func run() async throws { try await Supervisor.run(folder: folder) }
}
