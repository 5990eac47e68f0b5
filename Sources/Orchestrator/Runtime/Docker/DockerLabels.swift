/// The labels by which our containers and images are known; nothing without them is ever removed.
struct DockerLabels {
  static let namespace = "orchestrator.namespace"
  /// The state folder of the installation: another may have the same namespace by mistake.
  static let state = "orchestrator.state"
  static let app = "orchestrator.app"
  static let release = "orchestrator.release"
  static let component = "orchestrator.component"
  static let stack = "orchestrator.stack"
  /// On containers only, with the container's own name: the other labels pass from an image to every container that anybody makes of it.
  static let workload = "orchestrator.workload"

  let ownNamespace: String
  let stateFolder: String

  /// The labels of a release's image.
  func image(of plan: ComponentPlan) -> [String: String] {
    let labels = [
      Self.namespace: plan.namespace, Self.state: stateFolder, Self.app: plan.app.description,
      Self.release: plan.release.description,
      Self.stack: plan.stack.name.description,
    ]
    return labels.merging(plan.component.map { [Self.component: $0.description] } ?? [:]) { _, own in own }
  }

  /// The labels of a workload's container.
  func container(of workload: WorkloadPlan) -> [String: String] {
    image(of: workload.plan).merging([Self.workload: workload.name]) { _, own in own }
  }

  /// The labels of a container that belongs to no release; left over, it is garbage.
  func container(named name: String) -> [String: String] {
    [Self.namespace: ownNamespace, Self.state: stateFolder, Self.workload: name]
  }

  /// What the labels of everything say that this installation has made.
  var filter: [String] { ["\(Self.namespace)=\(ownNamespace)", "\(Self.state)=\(stateFolder)"] }

  func ownsImage(_ labels: [String: String]?) -> Bool { isOurs(labels) }

  func ownsContainer(_ name: String, _ labels: [String: String]?) -> Bool {
    isOurs(labels) && labels?[Self.workload] == name
  }

  private func isOurs(_ labels: [String: String]?) -> Bool {
    labels?[Self.namespace] == ownNamespace && (labels?[Self.state] ?? stateFolder) == stateFolder
  }

  /// The name that the image of a release has by its labels.
  func imageName(_ labels: [String: String]?) -> String? {
    guard let app = labels?[Self.app], let release = labels?[Self.release] else { return nil }
    return "\(ownNamespace)/\(app):\(release)" + (labels?[Self.component].map { ".\($0)" } ?? "")
  }
}
