/// The labels by which our containers and images are known; nothing without them is ever removed.
struct DockerLabels {
  static let namespace = "orchestrator.namespace"
  static let app = "orchestrator.app"
  static let release = "orchestrator.release"
  static let stack = "orchestrator.stack"

  let ownNamespace: String

  func labels(of plan: DeploymentPlan) -> [String: String] {
    [
      Self.namespace: plan.namespace, Self.app: plan.app.description, Self.release: plan.release.description,
      Self.stack: plan.stack.name.description,
    ]
  }

  func areOurs(_ labels: [String: String]?) -> Bool { labels?[Self.namespace] == ownNamespace }
}
