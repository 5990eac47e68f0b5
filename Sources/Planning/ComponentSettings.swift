package import OrchestratorModel

/// What a person set by hand for an app of several components.
package struct ComponentSettings: Equatable {
  /// `COMPONENT=FOLDER`: where a component is.
  package private(set) var folders: [ComponentName: String] = [:]
  /// `COMPONENT.VARIABLE=VALUE`: the variables of each component.
  package private(set) var variables: [ComponentName: [String: String]] = [:]

  /// Sorts `values` by component.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` for a name that is no component's.
  package init(_ values: [String: String], of stack: ComposedStack) throws {
    let components = stack.components.map(\.name)
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      let parts = key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let component = components.first(where: { $0.description == parts[0] }) else {
        throw Self.unknown(parts[0], components, of: stack)
      }
      if parts.count == 1 { folders[component] = value } else { variables[component, default: [:]][parts[1]] = value }
    }
  }

  /// Makes sure that nothing was set for a component that is not deployed.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  package func refuse(except deployed: [ComponentName]) throws {
    guard let idle = variables.keys.sorted().first(where: { !deployed.contains($0) }) else { return }
    throw OrchestratorError(
      .invalidInput, "the \(idle) is not deployed by itself here, so nothing can be set for it",
      hint: "say where it is as well: --set \(idle)=FOLDER")
  }

  private static func unknown(_ name: String, _ known: [ComponentName], of stack: ComposedStack) -> OrchestratorError {
    let names = known.map(\.description)
    let suggestion = names.suggestion(for: name)
    return OrchestratorError(
      .invalidInput, "stack '\(stack.name)' has no component \(name.quoted)\(suggestion)",
      hint:
        "its components are \(names.joined(separator: ", ")); write --set \(names[0])=FOLDER for the folder of one, "
        + "--set \(names[0]).NAME=VALUE for a variable of its stack")
  }
}
