/// What was made of a component's source once, and that one release or several run from: an image, or a folder. It is not changed once it is made.
package struct Build: Hashable, Sendable, Codable {
  package let app: AppName
  /// The release that it was made for.
  package let number: ReleaseNumber
  /// Of which component it is; nil when the app's stack is not made of components.
  package let component: ComponentName?

  /// The name of its image in an installation.
  package func image(in namespace: String) -> String { "\(namespace)/\(app):\(component.version(of: number))" }
}

extension ComponentPlan {
  /// What its workloads run from.
  package var build: Build { Build(app: app, number: builtFor ?? release, component: component) }

  /// Whether its build is made for this very release.
  package var hasOwnBuild: Bool { builtFor == nil }

  /// The same plan for a later release that runs from the same build.
  package var reusingBuild: ComponentPlan {
    var plan = self
    plan.builtFor = build.number
    return plan
  }
}
