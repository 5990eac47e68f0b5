package import OrchestratorModel
package import OrchestratorStacks

/// Finds in an app's source the folders of the components that its stack is made of.
package struct ComponentFinder {
  package let stack: ComposedStack
  /// The stacks of the components.
  package let registry: StackRegistry
  package let source: SourceFolder
  package let app: AppName
  package var search = SourceSearch()

  /// A component that the app has.
  package struct Found {
    package let component: ComposedStack.Component
    package let stack: StackDescriptor
    /// Its folder, relative to the source.
    package let folder: String
    package let source: SourceFolder
  }

  /// The components of the app: each is where it was said to be by hand, else in the first of its folders that looks like it.
  ///
  /// One that is found in the source itself is the whole app if its `whole` says so, or if there is nothing else.
  ///
  /// - Throws: ``OrchestratorError`` with the code `detection_failed`, which lists where a component was looked for; `CancellationError`.
  package func components(settingByHand given: [ComponentName: String] = [:]) throws -> [Found] {
    let found = try stack.components.map { try ($0, find($0, given: given[$0.name])) }
    if let whole = found.lazy.compactMap(\.1).first(where: { $0.folder == "." }) {
      let others = found.compactMap(\.1).filter { $0.component.name != whole.component.name }
      let isSaidToBeMore = given.keys.contains { $0 != whole.component.name }
      if !isSaidToBeMore, try others.isEmpty || isWhole(whole) { return [whole] }
    }
    return try found.map { component, found in
      guard let found else { throw try notFound(component) }
      return found
    }
  }

  /// The folders of components that a whole app brings along, and that are not deployed by themselves.
  package func left(by found: [Found]) -> [Found] {
    guard found.count < stack.components.count else { return [] }
    return stack.components.filter { component in !found.contains { $0.component.name == component.name } }
      .compactMap { try? find($0, given: nil) }
  }

  private func isWhole(_ found: Found) throws -> Bool {
    try VariableDetector(stack: found.stack, source: source, app: app, search: search).matches(found.component.whole)
  }

  /// Whether the source looks like an app of the stack.
  package func recognises() -> Bool { (try? components()) != nil }

  private func find(_ component: ComposedStack.Component, given: String?) throws -> Found? {
    guard let descriptor = registry.descriptor(of: component) else { return nil }
    // As a shell completes it.
    let given = given.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    if let given { try refuseUnlessFolder(given, for: component) }
    let folder = try given ?? component.folders.first { try isApp(of: descriptor, in: $0) }
    return folder.flatMap { folder in
      source.source(in: folder).map { Found(component: component, stack: descriptor, folder: folder, source: $0) }
    }
  }

  private func isApp(of stack: StackDescriptor, in folder: String) throws -> Bool {
    guard let inside = source.source(in: folder) else { return false }
    return try VariableDetector(stack: stack, source: inside, app: app, search: search).recognises()
  }

  private func refuseUnlessFolder(_ folder: String, for component: ComposedStack.Component) throws {
    guard !RelativePath.isValid(folder) || !source.isFolder(folder) else { return }
    throw OrchestratorError(
      .invalidInput, "\(folder.quoted) cannot be the folder of the component '\(component.name)'",
      hint: "name a folder in \(source.path.printable), such as --set \(component.name)=\(component.folders[0])")
  }

  private func notFound(_ component: ComposedStack.Component) throws -> OrchestratorError {
    let folders = try component.folders.map { folder in
      try source.ensureNoLinkOutside(at: folder)
      let isThere = source.isFolder(folder)
      return "  \(folder): \(isThere ? "does not look like an app of the stack \(component.stack)" : "is not there")"
    }
    return OrchestratorError(
      .detectionFailed,
      """
      cannot find the \(component.name) of \(app.description.quoted), an app of the stack '\(component.stack)'
      looked in \(source.path.printable) at:
      \((folders + search.takeRemarks()).joined(separator: "\n"))
      """,
      hint: "say where it is with --set \(component.name)=FOLDER, or deploy what is there on its own: see stacks list")
  }
}
