import OrchestratorModel

/// What keeps stacks from standing side by side.
extension StackRegistry {
  /// What of a loaded descriptor cannot stand beside the stacks that are there.
  func clashes(of outcome: DescriptorLoader.Outcome) -> [Diagnostic] {
    guard let stack = outcome.stack else { return [] }
    func fault(_ key: String, _ message: String) -> Diagnostic {
      outcome.places.diagnostic(message, in: stack.file, at: key)
    }
    let publicPort: TCPPort
    var internalPorts: PortRange?
    switch stack {
    case .single(let descriptor):
      guard let moved = moved(descriptor) else { return [fault("publicPort", beyond)] }
      (publicPort, internalPorts) = (moved.publicPort, moved.internalPorts)
    case .composed(let composed):
      guard let moved = moved(composed) else { return [fault("publicPort", beyond)] }
      publicPort = moved.publicPort
    }
    // Among them those made of components that are not there yet: the order of loading is not to matter.
    let others = stacks.map(Stack.single) + composedOutcomes.map { .composed($0.stack) }
    let names = others.filter { $0.name == stack.name }.map {
      fault("name", "there is a stack \($0.name.description.quoted) already, from \($0.file)")
    }
    let ranges = stacks.flatMap { other -> [Diagnostic] in
      var faults: [Diagnostic] = []
      if let internalPorts, other.internalPorts.overlaps(internalPorts) {
        faults.append(fault("internalPorts", "internal ports \(internalPorts) overlap those of \(other.namedRange)"))
      }
      if other.internalPorts.contains(publicPort) {
        faults.append(
          fault("publicPort", "public port \(publicPort) lies inside the internal ports of \(other.namedRange)"))
      }
      return faults
    }
    let ports = others.filter { internalPorts?.contains($0.publicPort) ?? false }.map { other in
      let port = "public port \(other.publicPort) of stack \(other.name.description.quoted)"
      return fault("internalPorts", "internal ports \(internalPorts?.description ?? "") contain the \(port)")
    }
    return names + ranges + ports
  }

  private var beyond: String { "the port offset \(portOffset) moves a port of the stack beyond 1024-65535" }

  /// The stacks made of components, each with what keeps it from naming others; any order of loading gives the same.
  var linked: [(stack: ComposedStack, faults: [Diagnostic])] {
    composedOutcomes.map { stack, places in
      var roles: [StackDescriptor.Role: ComponentName] = [:]
      let faults = stack.components.compactMap { component -> Diagnostic? in
        let key = "components.\(component.name).stack"
        guard let descriptor = descriptor(of: component) else {
          return places.diagnostic(missing(component.stack), in: stack.file, at: key)
        }
        if let other = roles.updateValue(component.name, forKey: descriptor.role) {
          let text =
            "'\(component.name)' and '\(other)' both have the role '\(descriptor.role.rawValue)': a host has one of each"
          return places.diagnostic(text, in: stack.file, at: key)
        }
        return pathFault(component, descriptor.role, of: stack).map { text in
          places.diagnostic(text, in: stack.file, at: "components.\(component.name)")
        }
      }
      return (stack, faults)
    }
  }

  /// What keeps requests from reaching a component as its descriptor means them to.
  private func pathFault(
    _ component: ComposedStack.Component, _ role: StackDescriptor.Role, of stack: ComposedStack
  ) -> String? {
    let paths = component.paths ?? descriptor(of: component)?.paths ?? []
    switch role {
    case .frontend:
      return component.paths == nil
        ? nil : "'\(component.name)' is a frontend: it gets all paths that no backend claims"
    case .backend:
      let hasPages = stack.components.contains { descriptor(of: $0)?.role == .frontend }
      return hasPages && paths.isEmpty
        ? "'\(component.name)' claims no 'paths': with pages in front of it no request would reach it" : nil
    }
  }

  private func missing(_ name: StackName) -> String {
    if composedOutcomes.contains(where: { $0.stack.name == name }) {
      return "stack \(name.description.quoted) is made of components itself"
    }
    let suggestion = stacks.map(\.name.description).suggestion(for: name.description)
    return "there is no stack \(name.description.quoted)\(suggestion)"
  }
}

extension [String: DescriptorLoader.Place] {
  /// A diagnostic at the value of a key, or at the top of the file.
  fileprivate func diagnostic(_ message: String, in file: String, at key: String) -> Diagnostic {
    let place = self[key] ?? .init(line: 1, column: 1)
    return Diagnostic(file: file, line: place.line, column: place.column, message: message)
  }
}

extension StackDescriptor {
  fileprivate var namedRange: String { "stack \(name.description.quoted) (\(internalPorts))" }
}
