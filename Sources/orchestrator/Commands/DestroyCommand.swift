import ArgumentParser
import Foundation
import Orchestrator

struct DestroyCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "destroy", abstract: "Remove an app with all its releases, images and logs.",
    discussion: """
      EXAMPLES
        orchestrator destroy shop
        orchestrator destroy shop --yes
        orchestrator destroy shop --yes --wait=30s
      """)

  @Argument(help: "The app's name.")
  var name: String

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @OptionGroup var waiting: WaitOption

  @OptionGroup var global: GlobalOptions

  var interruptNotice: String? { "an app that is half destroyed cannot serve, so it is destroyed to the end" }

  func ask(_ console: Console) async throws {
    if yes { return }
    try confirm(try await recoveredEngine(console).status(of: AppName(name)))
  }

  func execute(_ console: Console) async throws {
    let app = try AppName(name)
    let left = try await engine(console).destroy(app, waiting: try waiting.duration())
    if global.json {
      console.json(Report(destroyed: app, leftBehind: left.map(\.text)))
    } else {
      for notice in left { console.warn(notice.text) }
      if !global.quiet { console.result("Destroyed \(app): its route, releases, images and logs are gone.") }
    }
    if !left.isEmpty { throw ExitCode(ExitStatus.needsAttention.rawValue) }
  }

  private struct Report: Encodable {
    let destroyed: AppName
    let leftBehind: [String]
  }

  private func confirm(_ status: AppStatus) throws {
    guard isatty(STDIN_FILENO) == 1 else {
      throw OrchestratorError(
        .invalidInput, "destroying \(status.app.description.quoted) was not confirmed", hint: "confirm with --yes")
    }
    Terminal.standardError.print(
      "Destroy \(status.app) (\(status.stack) \(status.release), \(status.url))? Type its name:")
    guard readLine() == status.app.description else {
      throw OrchestratorError(.cancelled, "nothing was destroyed", hint: "type the app's name, or add --yes")
    }
  }
}
