import Foundation
public import OrchestratorModel

extension StackRegistry {
  /// What is wrong with the descriptor or the folder of plugins at `path`, on its own and beside the stacks that are there.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` if there is nothing at `path`.
  public func validate(path: String) throws -> (valid: [Stack], diagnostics: [Diagnostic]) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw OrchestratorError(
        .notFound, "there is no file or folder \(path.quoted)", hint: "name a stack.yaml, or a folder with one")
    }
    let outcomes = outcomes(at: path)
    let files = Set(outcomes.compactMap(\.stack?.file).map(\.canonicalPath))
    var registry = StackRegistry(portOffset: portOffset)
    for stack in all where !files.contains(stack.file.canonicalPath) { registry.append(stack) }
    for outcome in outcomes { registry.add(outcome) }
    return (registry.all.filter { files.contains($0.file.canonicalPath) }, registry.diagnostics)
  }

  private func outcomes(at path: String) -> [DescriptorLoader.Outcome] {
    let loader = DescriptorLoader()
    guard FileManager.default.isFolder(path) else { return [loader.load(file: path)] }
    let outcomes = loader.load(folder: path)
    return outcomes.isEmpty
      ? [.failure(file: path, "the folder has no descriptor: \(DescriptorLoader.fileName.quoted) was expected in it")]
      : outcomes
  }
}
