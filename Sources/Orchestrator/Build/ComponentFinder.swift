/// Finds in an app's source the folders of the components that its stack is made of.
struct ComponentFinder {
  let stack: ComposedStack
  /// The stacks of the components.
  let registry: StackRegistry
  let source: SourceFolder
  let app: AppName

  /// A component that the app has.
  struct Found {
    let component: ComposedStack.Component
    let stack: StackDescriptor
    /// Its folder, relative to the source.
    let folder: String
  }

  /// The components of the app: each is where it was said to be by hand, else in the first of its folders that looks like it.
  ///
  /// One that is found in the source itself is the whole app, and brings along what else there is.
  ///
  /// - Throws: ``OrchestratorError`` with the code `detection_failed`, which lists where a component was looked for.
  func components(settingByHand given: [ComponentName: String] = [:]) throws -> [Found] {
    let found = try stack.components.map { try ($0, find($0, given: given[$0.name])) }
    if let whole = found.lazy.compactMap(\.1).first(where: { $0.folder == "." }) { return [whole] }
    return try found.map { component, found in
      guard let found else { throw notFound(component) }
      return found
    }
  }

  /// Whether the source looks like an app of the stack.
  func recognises() -> Bool { (try? components()) != nil }

  private func find(_ component: ComposedStack.Component, given: String?) throws -> Found? {
    guard let descriptor = registry.descriptor(of: component) else { return nil }
    if let given { try refuseUnlessFolder(given, for: component) }
    let folder = given ?? component.folders.first { isApp(of: descriptor, in: $0) }
    return folder.map { Found(component: component, stack: descriptor, folder: $0) }
  }

  private func isApp(of stack: StackDescriptor, in folder: String) -> Bool {
    guard source.isFolder(folder), let inside = try? SourceFolder("\(source.path)/\(folder)") else { return false }
    return VariableDetector(stack: stack, source: inside, app: app).recognises()
  }

  private func refuseUnlessFolder(_ folder: String, for component: ComposedStack.Component) throws {
    guard !RelativePath.isValid(folder) || !source.isFolder(folder) else { return }
    throw OrchestratorError(
      .invalidInput, "\(folder.quoted) cannot be the folder of the component '\(component.name)'",
      hint: "name a folder in \(source.path.printable), such as --set \(component.name)=\(component.folders[0])")
  }

  private func notFound(_ component: ComposedStack.Component) -> OrchestratorError {
    let folders = component.folders.map { folder in
      let isThere = source.isFolder(folder)
      return "  \(folder): \(isThere ? "does not look like an app of the stack \(component.stack)" : "is not there")"
    }
    return OrchestratorError(
      .detectionFailed,
      """
      cannot find the \(component.name) of \(app.description.quoted), an app of the stack '\(component.stack)'
      looked in \(source.path.printable) at:
      \(folders.joined(separator: "\n"))
      """,
      hint: "say where it is with --set \(component.name)=FOLDER, or deploy what is there on its own: see stacks list")
  }
}
