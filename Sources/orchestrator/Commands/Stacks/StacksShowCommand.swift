import ArgumentParser
import Orchestrator

struct StacksShowCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a stack's descriptor.",
    discussion: """
      The output is the descriptor's own text: a good start for a stack of your own.

      EXAMPLES
        orchestrator stacks show flask
        orchestrator stacks show flask --json
      """)

  @Argument(help: "The stack's name.")
  var name: String

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let registry = DeploymentEngine.loadStacks(try await global.configuration())
    let stack = try registry.stack(named: name)
    if global.json { return console.json(stack) }
    console.write(try registry.text(of: stack))
  }
}
