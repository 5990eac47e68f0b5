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
    let apps = try await recoveredEngine(console).list()
    if global.json { return console.json(["apps": apps]) }
    if apps.isEmpty {
      return console.progress("No apps yet. Deploy one: orchestrator deploy STACK PATH --subdomain NAME")
    }
    let rows = apps.map { app in
      [
        app.app.description, app.stack.description, app.release.description, state(of: app),
        app.runtime.rawValue, app.instances.compactMap(\.port?.description).joined(separator: ",").nonEmpty ?? "-",
        app.url,
      ]
    }
    for problem in Set(apps.flatMap(\.instances).compactMap(\.problem)).sorted() { console.warn(problem) }
    console.result(Table(["APP", "STACK", "RELEASE", "STATE", "RUNTIME", "PORT", "URL"], rows).description)
  }

  /// `running`, or `running 2/3` where some instances do not.
  private func state(of app: AppStatus) -> String {
    let running = app.instances.count { $0.state == .running }
    let isPart = (1..<app.instances.count).contains(running) && app.state == .running
    return app.state.rawValue + (isPart ? " \(running)/\(app.instances.count)" : "")
      + (app.maintenance == nil ? "" : ", in maintenance")
  }
}
