import ArgumentParser
import Orchestrator

struct StacksListCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the stacks, and what is wrong with those that could not be loaded.",
    discussion: """
      EXAMPLES
        orchestrator stacks list
        orchestrator stacks list --plugins ./my-stacks
      """)

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let registry = DeploymentEngine.loadStacks(try await global.configuration())
    if global.json { return console.json(Listing(stacks: registry.stacks, diagnostics: registry.diagnostics)) }
    let rows = registry.stacks.map { stack in
      [
        stack.name.description, stack.publicPort.description, stack.internalPorts.description, stack.role.rawValue,
        stack.summary,
      ]
    }
    console.result(Table(["STACK", "PUBLIC", "INTERNAL", "ROLE", "SUMMARY"], rows).description)
    console.warn(of: registry.diagnostics)
  }

  private struct Listing: Encodable {
    let stacks: [StackDescriptor]
    let diagnostics: [Diagnostic]
  }
}
