/// The labels by which our containers and images are known; nothing without them is ever removed.
struct DockerLabels {
  static let namespace = "orchestrator.namespace"
  static let app = "orchestrator.app"
  static let release = "orchestrator.release"
  static let stack = "orchestrator.stack"
  /// On containers only, with the container's own name: the other labels pass from an image to every container that anybody makes of it.
  static let workload = "orchestrator.workload"

  let ownNamespace: String

  /// The labels of a release's image.
  func image(of plan: DeploymentPlan) -> [String: String] {
    [
      Self.namespace: plan.namespace, Self.app: plan.app.description, Self.release: plan.release.description,
      Self.stack: plan.stack.name.description,
    ]
  }

  /// The labels of a release's container.
  func container(of plan: DeploymentPlan) -> [String: String] {
    image(of: plan).merging([Self.workload: plan.workload]) { _, own in own }
  }

  func ownsImage(_ labels: [String: String]?) -> Bool { labels?[Self.namespace] == ownNamespace }

  func ownsContainer(_ name: String, _ labels: [String: String]?) -> Bool {
    labels?[Self.namespace] == ownNamespace && labels?[Self.workload] == name
  }
}
