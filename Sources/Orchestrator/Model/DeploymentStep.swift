/// A step of one deployment: what is done, and for which component of the app.
public struct DeploymentStep: Hashable, Sendable, CustomStringConvertible {
  /// What is done.
  public let name: StepName
  /// The component for which it is done; nil when the app's stack has none, or when it is done for all of them at once.
  public let component: ComponentName?

  /// Names a step.
  public init(_ name: StepName, of component: ComponentName? = nil) { (self.name, self.component) = (name, component) }

  /// The step in words, such as `build image (frontend)`.
  public var description: String { component.map { "\(name.rawValue) (\($0))" } ?? name.rawValue }
}
