import ArgumentParser
import Orchestrator

struct MaintenanceCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "maintenance", abstract: "Tell an app's clients to come back later, or let them in again.",
    discussion: """
      Clients get a page with the status 503, or JSON if they ask for it. The app goes on running and can be deployed meanwhile; \
      requests that it has already are answered.

      EXAMPLES
        orchestrator maintenance on shop
        orchestrator maintenance on shop --message "Back at 14:00, with the new catalogue."
        orchestrator maintenance off shop
      """)

  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  @Argument(help: "on, or off.")
  var mode: Mode

  @Argument(help: "The app's name.")
  var name: String

  @Option(help: ArgumentHelp("What the page says, as plain text.", valueName: "text"))
  var message: String?

  @OptionGroup var waiting: WaitOption

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if mode == .off, message != nil { throw ValidationError("--message has a meaning only with 'on'.") }
  }

  func execute(_ console: Console) async throws {
    let (app, engine) = (try AppName(name), try await engine(console))
    switch mode {
    case .on: try await engine.beginMaintenance(of: app, message: message, waiting: try waiting.duration())
    case .off: try await engine.endMaintenance(of: app, waiting: try waiting.duration())
    }
    if global.json { return console.json(["maintenance": mode.rawValue]) }
    console.result(
      mode == .on
        ? "\(app) is in maintenance; its clients are told to come back later" : "\(app) serves its clients again")
  }
}
