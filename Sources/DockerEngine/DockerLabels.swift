package import OrchestratorModel

/// The labels by which our containers, images and network are known; nothing without them is ever removed.
package struct DockerLabels {
  package static let namespace = "orchestrator.namespace"
  /// The state folder of the installation: another may have the same namespace by mistake.
  package static let state = "orchestrator.state"
  /// The id of the installation: another may have had the same state folder before.
  package static let installation = "orchestrator.installation"
  package static let app = "orchestrator.app"
  package static let release = "orchestrator.release"
  package static let component = "orchestrator.component"
  package static let stack = "orchestrator.stack"
  /// On containers only, with the container's own name: the other labels pass from an image to every container that a client makes of it.
  package static let workload = "orchestrator.workload"
  /// On images only: the digest of all that the image was made from.
  package static let inputs = "orchestrator.inputs"

  package let ownNamespace: String
  package let stateFolder: String

  package init(ownNamespace: String, stateFolder: String) {
    (self.ownNamespace, self.stateFolder) = (ownNamespace, stateFolder)
  }

  /// The labels of a release's image.
  package func image(of plan: ComponentPlan) -> [String: String] {
    let labels = [
      Self.namespace: plan.namespace, Self.state: stateFolder, Self.app: plan.app.description,
      Self.release: plan.release.description,
      Self.stack: plan.stack.name.description,
    ]
    return labels.merging(ownInstallation) { _, own in own }
      .merging(plan.component.map { [Self.component: $0.description] } ?? [:]) { _, own in own }
  }

  /// The labels of a workload's container.
  package func container(of workload: WorkloadPlan) -> [String: String] {
    image(of: workload.plan).merging([Self.workload: workload.name]) { _, own in own }
  }

  /// The labels of a container that belongs to no release, whatever its image's say; left over, it is garbage.
  package func oneOff(named name: String) -> [String: String] {
    container(named: name).merging([Self.app: ""]) { _, none in none }
  }

  /// The labels of something that belongs to no release.
  package func container(named name: String) -> [String: String] {
    [Self.namespace: ownNamespace, Self.state: stateFolder, Self.workload: name]
      .merging(ownInstallation) { _, own in own }
  }

  /// The label that says which installation this is. Read each time, as a backup that is restored can make it another.
  package var ownInstallation: [String: String] { installation.map { [Self.installation: $0.id] } ?? [:] }

  private var installation: InstallationID? { StateFolder(stateFolder).installation }

  /// Whether labels do not name another installation; what bears none is from before there were ids.
  package func allow(_ labels: [String: String]?) -> Bool {
    guard let id = labels?[Self.installation] else { return installation?.isOlderThanIDs ?? true }
    return id == installation?.id
  }

  /// Whether a container is an app's and was made from this state folder, whichever installation that was.
  package func wasMadeHere(_ name: String, _ labels: [String: String]?) -> Bool {
    isOfThisPlace(labels) && labels?[Self.workload] == name && isOfRelease(labels)
  }

  /// Whether labels are those of a release's workload, and not of a container for a moment's work.
  package func isOfRelease(_ labels: [String: String]?) -> Bool { !(labels?[Self.app] ?? "").isEmpty }

  /// The labels of the network that all containers of apps have.
  package func network(named name: String) -> [String: String] { container(named: name) }

  /// What the labels of everything say that this installation has made.
  package var filter: [String] { ["\(Self.namespace)=\(ownNamespace)", "\(Self.state)=\(stateFolder)"] }

  package func ownsImage(_ labels: [String: String]?) -> Bool { isOurs(labels) }

  package func ownsContainer(_ name: String, _ labels: [String: String]?) -> Bool {
    isOurs(labels) && labels?[Self.workload] == name
  }

  package func ownsNetwork(_ name: String, _ labels: [String: String]?) -> Bool { ownsContainer(name, labels) }

  private func isOurs(_ labels: [String: String]?) -> Bool { isOfThisPlace(labels) && allow(labels) }

  private func isOfThisPlace(_ labels: [String: String]?) -> Bool {
    labels?[Self.namespace] == ownNamespace && (labels?[Self.state] ?? stateFolder) == stateFolder
  }

  /// The name that the image of a release has by its labels.
  package func imageName(_ labels: [String: String]?) -> String? {
    guard let app = labels?[Self.app], let release = labels?[Self.release] else { return nil }
    return "\(ownNamespace)/\(app):\(release)" + (labels?[Self.component].map { ".\($0)" } ?? "")
  }
}
