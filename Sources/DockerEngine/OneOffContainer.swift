import Foundation
import OrchestratorModel
import OrchestratorSystem

/// A container that runs one program to its end, and is gone afterwards, also when we are interrupted.
package struct OneOffContainer {
  package let client: DockerClient
  package let name: String
  package let request: ContainerRequest

  package init(client: DockerClient, name: String, request: ContainerRequest) {
    (self.client, self.name, self.request) = (client, name, request)
  }

  /// On such containers only: the process that waits for it.
  private static let ownerLabel = "orchestrator.owner"

  /// Whether a process waits for a container with these labels, running or not.
  package static func isInUse(_ labels: [String: String]?) -> Bool {
    guard let text = labels?[ownerLabel] else { return false }
    return (try? JSONDecoder().decode(ProcessIdentity.self, from: Data(text.utf8)))?.isAlive ?? false
  }

  /// - Parameter checkOwner: throws if the container of that name, which a command left that was killed, is not ours.
  package func run(checkOwner: (ContainerDetails) throws -> Void) async throws -> (status: Int, output: String) {
    if let left = try await nilIfNotFound({ try await client.inspectContainer(name) }) {
      try checkOwner(left)
      try await client.removeContainer(left.Id)
    }
    var request = request
    request.Labels[Self.ownerLabel] = String(decoding: try JSONEncoder().encode(ProcessIdentity.current), as: UTF8.self)
    let id = try await client.createContainer(named: name, request)
    let result = await Result(catching: { try await runToEnd(id) })
    try await uncancelled { try await client.removeContainer(id) }
    return try result.get()
  }

  private func runToEnd(_ id: String) async throws -> (status: Int, output: String) {
    try await client.startContainer(id)
    let status = try await client.waitForContainer(id)
    return (status, try await client.containerOutput(id))
  }
}
