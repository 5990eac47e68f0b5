@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

extension StackRegistry {
  /// A registry without the built-in stacks, that was given each of `files` by its name and text, in order.
  init(loading files: KeyValuePairs<String, String>, portOffset: Int = 0) {
    self.init(portOffset: portOffset)
    for (file, yaml) in files { add(DescriptorLoader().load(yaml: yaml, file: file)) }
  }

  /// The built-in and the shipped stacks.
  static var shipped: StackRegistry { StackRegistry(pluginFolders: [PackageFolder.path + "/Plugins"]) }

  /// The stack of one kind of workload that is named `name`.
  func single(named name: String) throws -> StackDescriptor {
    guard case .single(let stack) = try stack(named: name) else {
      throw OrchestratorError(.unknownStack, "\(name) is made of components")
    }
    return stack
  }
}
