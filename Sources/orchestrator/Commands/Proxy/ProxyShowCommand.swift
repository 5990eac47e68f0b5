import ArgumentParser
import Orchestrator

struct ProxyShowCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the configuration that is in force, as nginx reads it.",
    discussion: """
      Prints each file after a line with its path: the main one, the routing table, and the server block of each app.

      EXAMPLES
        orchestrator proxy show
        orchestrator proxy show --json
      """)

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let files = try await recoveredEngine(console).proxyFiles()
    if global.json { return console.json(files) }
    for file in files { console.write("# \(file.path)\n\(file.text)\n") }
    if files.isEmpty { console.progress("The proxy has no configuration yet; the first deploy makes it.") }
  }
}
