import Foundation
package import OrchestratorDockerEngine
package import OrchestratorModel
import OrchestratorPlanning
package import OrchestratorSystem

/// Runs each release in a container of its own, built from the Dockerfile that its stack describes.
package struct DockerRuntime: Sendable {
  package let client: DockerClient
  package let labels: DockerLabels
  package let network: ContainerNetwork
  /// The number of the first user that apps get.
  package let firstUser: Int
  package let commands: any CommandRunner
  package let folder: StateFolder

  /// - Parameter addresses: those of the network of all containers; nil leaves the choice to Docker.
  package init(
    client: DockerClient, namespace: String, firstUser: Int, addresses: AddressRange?, commands: any CommandRunner,
    folder: StateFolder
  ) {
    self.client = client
    labels = DockerLabels(ownNamespace: namespace, stateFolder: folder.path)
    network = ContainerNetwork(client: client, labels: labels, range: addresses, lock: folder.networkLock)
    self.firstUser = firstUser
    self.commands = commands
    self.folder = folder
  }

  /// The container of that name if it is ours.
  func ours(_ name: String) async throws -> ContainerDetails? {
    guard let found = try await nilIfNotFound({ try await client.inspectContainer(name) }) else { return nil }
    return labels.ownsContainer(name, found.Config.Labels) ? found : nil
  }

  func foreign(_ name: String) -> OrchestratorError {
    OrchestratorError(
      .conflict, "a container that is not ours has the name \(name.quoted)",
      hint: "rename or remove it: docker rm \(name)")
  }
}
