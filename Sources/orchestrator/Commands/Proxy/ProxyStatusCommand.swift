import ArgumentParser
import Orchestrator

struct ProxyStatusCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what the proxy serves.",
    discussion: """
      Ends with 6 if the proxy does not serve what it should.

      EXAMPLES
        orchestrator proxy status
        orchestrator proxy status --json
      """)

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let status = try await recoveredEngine(console).proxyStatus()
    if global.json { console.json(status) } else { console.result(text(status)) }
    if status.problem != nil { throw ExitCode(ExitStatus.needsAttention.rawValue) }
  }

  private func workers(_ workers: ProxyStatus.Workers) -> String {
    "\(workers.active)" + (workers.retiring > 0 ? ", and \(workers.retiring) that finish what they have" : "")
  }

  private func text(_ status: ProxyStatus) -> String {
    let lines: [(String, String?)] = [
      (
        "nginx",
        status.running
          ? "running, with \(status.runtime.rawValue)" + (status.version.map { ", version \($0)" } ?? "")
          : "not running"
      ),
      ("generation", status.serving.map { "\($0) serving" } ?? "none serving"),
      ("ports", status.ports.map(\.description).joined(separator: " ")),
      ("workers", status.workers.map(workers)),
      ("connections", status.connections.map { "\($0) for each worker" }),
      ("apps", String(status.apps)),
      ("files", status.configuration),
      ("logs", status.logs),
      ("last error", status.lastError),
    ]
    let remarks = status.quarantined.map { ("quarantine", "\($0.app): \($0.reason)") } + [("problem", status.problem)]
    return (lines + remarks).compactMap { name, value in value.flatMap { $0.isEmpty ? nil : name.padded(to: 12) + $0 } }
      .joined(
        separator: "\n")
  }
}
