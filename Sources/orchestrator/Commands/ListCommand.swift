import ArgumentParser
import Orchestrator

struct ListCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the apps.",
    discussion: """
      EXAMPLES
        orchestrator list
        orchestrator list --json
      """)

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let apps = try await engine(console).list()
    if global.json { return console.json(["apps": apps]) }
    if apps.isEmpty {
      return console.progress("No apps yet. Deploy one: orchestrator deploy STACK PATH --subdomain NAME")
    }
    let rows = apps.map { app in
      [
        app.app.description, app.stack.description, app.release.description, app.state.rawValue,
        app.runtime.rawValue, app.components.compactMap(\.port?.description).joined(separator: ",").nonEmpty ?? "-",
        app.url,
      ]
    }
    for problem in Set(apps.flatMap(\.components).compactMap(\.problem)).sorted() { console.warn(problem) }
    console.result(Table(["APP", "STACK", "RELEASE", "STATE", "RUNTIME", "PORT", "URL"], rows).description)
  }
}
