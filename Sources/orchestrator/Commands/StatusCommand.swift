import ArgumentParser
import Foundation
import Orchestrator

struct StatusCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how one app is.",
    discussion: """
      EXAMPLES
        orchestrator status shop
        orchestrator status shop --json
      """)

  @Argument(help: "The app's name.")
  var name: String

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let status = try await DeploymentEngine(global.configuration()).status(of: AppName(name))
    if global.json { return console.json(status) }
    let lines: [(String, String?)] = [
      ("app", status.app.description),
      ("stack", status.stack.description),
      ("state", status.state.rawValue + (status.exitCode.map { " (exit status \($0))" } ?? "")),
      ("release", status.release.description),
      ("url", status.url),
      ("port", status.port.map { "127.0.0.1:\($0)" }),
      ("image", status.image),
      ("source", status.source.printable),
      ("live since", status.liveAt?.formatted(.iso8601)),
      ("started", status.startedAt),
      ("restarts", status.restarts.map(String.init)),
      ("under way", status.underWay),
      ("problem", status.problem),
    ]
    console.result(lines.compactMap { name, value in value.map { name.padded(to: 12) + $0 } }.joined(separator: "\n"))
  }
}
