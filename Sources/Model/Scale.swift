/// How many workloads of an app's components run side by side.
public struct Scale: Sendable, Equatable, Codable {
  /// The most that one component can have.
  public static let most = 64

  /// How many of those that answer requests themselves; pages that nginx serves are served once.
  public var all: Int?
  /// How many of single components, by their names.
  public var components: [ComponentName: Int]

  /// Asks for numbers of instances, each from 1 to ``most``.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  public init(_ all: Int? = nil, components: [ComponentName: Int] = [:]) throws {
    for count in [all].compactMap(\.self) + components.values where !(1...Self.most).contains(count) {
      throw OrchestratorError(
        .invalidInput, "\(count) cannot be a number of instances: it is from 1 to \(Self.most)",
        hint: "to take an app out of service say orchestrator maintenance on, or orchestrator destroy")
    }
    (self.all, self.components) = (all, components)
  }

  /// Reads what was encoded, and checks it as ``init(_:components:)`` does.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      try values.decodeIfPresent(Int.self, forKey: .all),
      components: try values.decodeIfPresent([ComponentName: Int].self, forKey: .components) ?? [:])
  }

  /// Reads `3`, or `COMPONENT=3`, any number of them.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` or `invalid_name`.
  public init(parsing texts: [String]) throws {
    var (all, components): (Int?, [ComponentName: Int]) = (nil, [:])
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let count = parts.last.flatMap(Int.init) else {
        throw OrchestratorError(
          .invalidInput, "\(text.quoted) is not a number of instances", hint: "write 3, or backend=3")
      }
      if parts.count == 2 { components[try ComponentName(parts[0])] = count } else { all = count }
    }
    try self.init(all, components: components)
  }
}

extension DeploymentPlan {
  /// The same plan with as many instances as were asked for; where nothing was said, as many as there were in `before`.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` for a component that is not there, and `invalid_input` for one that cannot
  ///   have several.
  package func with(_ instances: Scale?, else before: DeploymentPlan? = nil) throws -> DeploymentPlan {
    let names = components.map(\.component)
    for name in instances?.components.keys.sorted() ?? [] where !names.contains(name) {
      let known = components.compactMap(\.component?.description)
      throw OrchestratorError(
        .notFound, "\(app.description.quoted) has no component \(name.description.quoted)",
        hint: known.isEmpty
          ? "it is made of one piece: write only the number" : "it has \(known.joined(separator: ", "))")
    }
    return try mapping { component in
      let named = component.component.flatMap { instances?.components[$0] }
      let isServedByNginx = component.stack.run.serve != nil
      if let named, named > 1, isServedByNginx {
        throw OrchestratorError(
          .invalidInput, "\(component.title) is pages, which one nginx serves: more of them would serve no quicker")
      }
      let earlier = before?.components.first { $0.component == component.component }?.instances
      var component = component
      component.instances = isServedByNginx ? 1 : named ?? instances?.all ?? earlier ?? component.instances
      return component
    }
  }
}
