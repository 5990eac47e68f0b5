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
    if global.json { return console.json(Listing(stacks: registry.all, diagnostics: registry.diagnostics)) }
    let rows = registry.all.map { stack in
      [stack.name.description, stack.publicPort.description, stack.internalPorts, stack.role, stack.summary]
    }
    console.result(Table(["STACK", "PUBLIC", "INTERNAL", "ROLE", "SUMMARY"], rows).description)
    console.warn(of: registry.diagnostics)
  }

  private struct Listing: Encodable {
    let stacks: [Stack]
    let diagnostics: [Diagnostic]
  }
}

extension Stack {
  fileprivate var internalPorts: String {
    if case .single(let stack) = self { stack.internalPorts.description } else { "-" }
  }

  /// Its role in front of clients, or the components that it is made of.
  fileprivate var role: String {
    switch self {
    case .single(let stack): stack.role.rawValue
    case .composed(let stack): stack.components.map(\.stack.description).joined(separator: " + ")
    }
  }
}
