@testable import Orchestrator

extension StackRegistry {
  /// A registry without the built-in stacks, that was given each of `files` by its name and text, in order.
  init(loading files: KeyValuePairs<String, String>, portOffset: Int = 0) {
    self.init(portOffset: portOffset)
    for (file, yaml) in files { add(DescriptorLoader().load(yaml: yaml, file: file)) }
  }
}
