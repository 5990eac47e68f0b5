package import OrchestratorModel
package import OrchestratorStacks

/// Makes plans of what people ask for: nothing but an app's source is read, and nothing is changed.
package struct Planner: Sendable {
  package let stacks: StackRegistry
  package let configuration: OrchestratorConfiguration

  package init(stacks: StackRegistry, configuration: OrchestratorConfiguration) {
    (self.stacks, self.configuration) = (stacks, configuration)
  }

  /// The plan of an app, as its first release.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, or `detection_failed`, which names the stacks that fit.
  package func plan(_ app: AppSpec, of stack: Stack, on runtime: RuntimeName) throws -> DeploymentPlan {
    let search = SourceSearch()
    do {
      switch stack {
      case .single(let stack):
        return DeploymentPlan(
          try ComponentPlan(app, stack: stack, on: runtime, configuration: configuration, search: search))
      case .composed(let stack): return try plan(app, stack: stack, on: runtime, search: search)
      }
    } catch var error as OrchestratorError where error.code == .detectionFailed {
      let fitting = try stacks.recognising(app, search: search).map { "orchestrator deploy \($0)" }
      if !fitting.isEmpty { error.hint = "it looks like an app for: \(fitting.joined(separator: ", or "))" }
      throw error
    }
  }

  /// The plans of all components that the app has, as one.
  private func plan(
    _ app: AppSpec, stack: ComposedStack, on runtime: RuntimeName, search: SourceSearch
  ) throws -> DeploymentPlan {
    let source = try SourceFolder(app.source)
    let given = try ComponentSettings(app.variables, of: stack)
    let finder = ComponentFinder(stack: stack, registry: stacks, source: source, app: app.name, search: search)
    let found = try finder.components(settingByHand: given.folders)
    try given.refuse(except: found.map(\.component.name))
    let remarks = finder.left(by: found).map { left in
      "the \(left.component.name) in \(left.folder.quoted) is left to the \(found[0].component.name), which is the whole app; "
        + "to deploy it as well say --set \(left.component.name)=\(left.folder)"
    }
    let plans = try found.map { found in
      var spec = app
      spec.source = found.source.path
      spec.variables = given.variables[found.component.name] ?? [:]
      // A page that tells whether an app is healthy is one of its backend's.
      if found.stack.role != .backend { spec.healthPath = nil }
      return try ComponentPlan(
        spec, source: found.source, component: found.component.name,
        stack: found.stack.serving(found.component, of: stack), on: runtime, configuration: configuration,
        search: search)
    }
    return DeploymentPlan(
      stack: stack.name, descriptorDigest: stack.digest, sourceFolder: source.path, remarks: remarks, first: plans[0],
      others: Array(plans.dropFirst()))
  }
}

extension StackDescriptor {
  /// The stack as it is for a component of a composed one: clients reach it at that one's port.
  fileprivate func serving(_ component: ComposedStack.Component, of composed: ComposedStack) -> StackDescriptor {
    var stack = self
    stack.publicPort = composed.publicPort
    stack.paths = component.paths ?? paths
    return stack
  }
}
