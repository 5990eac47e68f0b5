import Foundation
import OrchestratorDockerEngine
import OrchestratorModel
import OrchestratorPlanning
package import OrchestratorSystem

extension DockerRuntime: Inventory {
  package func ownedResources() async throws -> [OwnedResource] {
    let containers = try await client.listContainers(labelled: labels.filter).compactMap { container in
      container.name.flatMap { owned(container, named: $0) }
    }
    // Without a name they are what a build, perhaps one that goes on now, has made on its way.
    let images = try await client.listImages(labelled: labels.filter).flatMap { image in
      // Labels pass on to what others tag or build from an image of ours.
      (image.RepoTags ?? []).filter { $0 == labels.imageName(image.Labels) }.map { name in
        OwnedResource(kind: .image, name: name) { try await removeImage(name) }
      }
    }
    guard try await network.unused() != nil else { return containers + images }
    return containers + images
      + [OwnedResource(kind: .network, name: network.name, isOfRelease: false) { try await network.removeIfUnused() }]
  }

  private func owned(_ container: ContainerSummary, named name: String) -> OwnedResource? {
    guard labels.ownsContainer(name, container.Labels), !OneOffContainer.isInUse(container.Labels) else { return nil }
    return OwnedResource(kind: .container, name: name, isOfRelease: labels.isOfRelease(container.Labels)) {
      try await client.removeContainer(container.Id)
      try await network.removeIfUnused()
    }
  }

  package func isolation() async throws -> Isolation? {
    try await ContainerIsolation(client: client, network: network).look()
  }

  package func remnants() async -> [String] {
    let containers = (try? await client.listContainers(labelled: labels.filter)) ?? []
    return containers.compactMap { container in
      container.name.flatMap { labels.wasMadeHere($0, container.Labels) ? $0 : nil }
    }
  }

  // A container ends with all that is in it.
  package func endProcesses(ofApp number: Int) async throws {}

  package func strays(ofApps numbers: [Int]) async -> [ProcessEntry] { [] }
}
