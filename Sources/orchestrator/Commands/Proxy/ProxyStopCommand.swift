import ArgumentParser
import Orchestrator

struct ProxyStopCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop the proxy when no app needs it any more.",
    discussion: """
      Refuses with 4 while apps are served. The next deploy starts the proxy again.

      EXAMPLES
        orchestrator proxy stop
        orchestrator proxy stop --json
      """)

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    try await engine(console).stopProxy()
    if global.json { console.json(["stopped": true]) } else { console.progress("The proxy is stopped.") }
  }
}
