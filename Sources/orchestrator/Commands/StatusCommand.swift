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
      ("state", status.state.rawValue),
      ("release", status.release.description),
      ("url", status.url),
      ("port", status.port.map { "127.0.0.1:\($0)" }),
      ("runtime", status.runtime.rawValue),
      ("image", status.image),
      ("source", status.source.printable),
      ("live since", status.liveAt?.formatted(.iso8601)),
      ("process", status.processID.map { "pid \($0)" }),
      ("started", status.startedAt.map { start in status.uptime.map { "\(start), up \(uptime($0))" } ?? start }),
      ("restarts", status.restarts.map(String.init)),
      ("last exit", status.exitCode.map { "status \($0)" }),
      ("limits", status.limits),
      ("under way", status.underWay),
      ("problem", status.problem),
    ]
    console.result(lines.compactMap { name, value in value.map { name.padded(to: 12) + $0 } }.joined(separator: "\n"))
  }

  /// `42s`, `3m 12s`, `5h 2m` or `12d 3h`.
  private func uptime(_ seconds: Double) -> String {
    let seconds = max(0, Int(seconds))
    return switch seconds {
    case ..<60: "\(seconds)s"
    case ..<3600: "\(seconds / 60)m \(seconds % 60)s"
    case ..<86400: "\(seconds / 3600)h \(seconds % 3600 / 60)m"
    default: "\(seconds / 86400)d \(seconds % 86400 / 3600)h"
    }
  }
}
