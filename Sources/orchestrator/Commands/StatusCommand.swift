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
    let status = try await recoveredEngine(console).status(of: AppName(name))
    if global.json { return console.json(status) }
    var lines: [(String, String?)] = [
      ("app", status.app.description),
      ("stack", status.stack.description),
      ("state", status.state.rawValue),
      ("release", status.release.description),
      ("url", status.url),
      ("runtime", status.runtime.rawValue),
      ("source", status.source.printable),
      ("live since", status.liveAt?.formatted(.iso8601)),
    ]
    for component in status.components { lines += self.lines(component) }
    lines.append(("maintenance", status.maintenance.map { $0.nonEmpty ?? "clients are told to come back later" }))
    lines.append(
      ("quarantine", status.quarantine.map { "served by the routing table, as nginx refuses its server block: \($0)" }))
    lines.append(("under way", status.currentOperation))
    console.result(lines.compactMap { name, value in value.map { name.padded(to: 12) + $0 } }.joined(separator: "\n"))
  }

  private func lines(_ component: AppStatus.Component) -> [(String, String?)] {
    var lines: [(String, String?)] = [("image", component.image), ("limits", component.limits)]
    if component.instances.count == 1 {
      lines += self.lines(component.instances[0])
    } else {
      for instance in component.instances {
        lines.append(("instance \(instance.number)", instance.state.rawValue))
        lines += self.lines(instance).map { ("  " + $0, $1) }
      }
    }
    guard let name = component.name else { return lines }
    let heading = ("\n\(name)", "\(component.stack), \(component.state.rawValue)")
    return [heading] + lines.map { ("  " + $0, $1) }
  }

  private func lines(_ instance: AppStatus.Instance) -> [(String, String?)] {
    [
      ("port", instance.address),
      ("process", instance.processID.map { "pid \($0)" }),
      ("started", instance.startedAt.map { start in instance.uptime.map { "\(start), up \(uptime($0))" } ?? start }),
      ("restarts", instance.restarts.map(String.init)),
      ("last exit", instance.exitCode.map { "status \($0)" }),
      ("problem", instance.problem),
    ]
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
