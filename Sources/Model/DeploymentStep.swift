/// A step of one deployment: what is done, and for which component of the app.
public struct DeploymentStep: Hashable, Sendable, CustomStringConvertible {
  /// What is done.
  public let name: StepName
  /// The component for which it is done; nil when the app's stack has none, or when it is done for all of them at once.
  public let component: ComponentName?

  /// For which of the component's instances, from 1; nil when it has one only, or when the step is done for all of them at once.
  public let instance: Int?

  /// Names a step.
  public init(_ name: StepName, of component: ComponentName? = nil, instance: Int? = nil) {
    (self.name, self.component, self.instance) = (name, component, instance)
  }

  /// The step in words, such as `build image (frontend)`.
  public var description: String { workload.map { "\(name.rawValue) (\($0))" } ?? name.rawValue }

  /// For whom it is done in words, such as `backend 2`; nil when it is done for all.
  public var workload: String? {
    [component?.description, instance?.description].compactMap(\.self).joined(separator: " ").nonEmpty
  }
}
