import OrchestratorModel
import OrchestratorStacks

extension StackRegistry {
  /// The other stacks whose apps the source of `app` looks like.
  func recognising(_ app: AppSpec, search: SourceSearch) throws -> [StackName] {
    let source = try SourceFolder(app.source)
    return try all.filter { stack in
      guard stack.name.description != app.stack else { return false }
      switch stack {
      case .single(let stack):
        return try VariableDetector(stack: stack, source: source, app: app.name, search: search).recognises()
      case .composed(let stack):
        return ComponentFinder(stack: stack, registry: self, source: source, app: app.name, search: search).recognises()
      }
    }.map(\.name)
  }
}
