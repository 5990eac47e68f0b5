import ArgumentParser
import Orchestrator

struct ScaleCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale", abstract: "Run more or fewer instances of an app side by side.",
    discussion: """
      Requests go to an instance when it has answered well several times in a row, and none is lost when one is taken away. The number \
      stays when a new version is deployed.

      EXAMPLES
        orchestrator scale shop 3
        orchestrator scale shop backend=3
      """)

  @Argument(help: "The app's name.")
  var name: String

  @Argument(
    help: ArgumentHelp(
      "How many instances there are to be, or of which component how many.", valueName: "number|component=number"))
  var instances: [String]

  @OptionGroup var waiting: WaitOption

  @OptionGroup var global: GlobalOptions

  var interruptNotice: String? { "what does not serve yet is removed again; what serves is not touched" }

  func execute(_ console: Console) async throws {
    let app = try AppName(name)
    let instances = try Scale(parsing: instances)
    let engine = try DeploymentEngine(await global.configuration())
    try await engine.scale(app, to: instances, waiting: try waiting.duration()) { events in
      await DeployProgress(console).show(events)
    }
  }
}
