import Foundation
import OrchestratorModel
package import OrchestratorSystem

/// A container that runs one program to its end, and is gone afterwards, also when we are interrupted.
package struct OneOffContainer {
  package let client: DockerClient
  package let name: String
  package let request: ContainerRequest
  /// The process that waits for it.
  package let owner: ProcessIdentity

  package init(client: DockerClient, name: String, request: ContainerRequest, owner: ProcessIdentity = .current) {
    (self.client, self.name, self.request, self.owner) = (client, name, request, owner)
  }

  /// On such containers only: the process that waits for it.
  private static let ownerLabel = "orchestrator.owner"

  /// Whether a process waits for a container with these labels, running or not.
  package static func isInUse(_ labels: [String: String]?) -> Bool {
    guard let text = labels?[ownerLabel] else { return false }
    return (try? JSONDecoder().decode(ProcessIdentity.self, from: Data(text.utf8)))?.isAlive ?? false
  }

  /// Runs it to its end, and gives every line that it prints to `receive`.
  ///
  /// - Parameter start: starts a container.
  /// - Returns: its exit status.
  package func follow(start: (String) async throws -> Void, receive: (String) async -> Void) async throws -> Int {
    try await containing { id in
      try await start(id)
      try await client.containerLines(id, tail: nil, follow: true) { await receive($0) }
      return try await client.waitForContainer(id)
    }
  }

  /// - Parameter checkOwner: throws if the container of that name, which a command left that was killed, is not ours.
  package func run(checkOwner: (ContainerDetails) throws -> Void) async throws -> (status: Int, output: String) {
    if let left = try await nilIfNotFound({ try await client.inspectContainer(name) }) {
      try checkOwner(left)
      try await client.removeContainer(left.Id)
    }
    return try await containing(runToEnd)
  }

  /// Does `work` with the container, which is made for it and gone afterwards.
  private func containing<Value: Sendable>(_ work: (String) async throws -> Value) async throws -> Value {
    var request = request
    request.Labels[Self.ownerLabel] = String(decoding: try JSONEncoder().encode(owner), as: UTF8.self)
    // Interrupted in the middle, Docker could still make it, and no one would know of it.
    let (client, name, whole) = (client, name, request)
    let id = try await uncancelled { try await client.createContainer(named: name, whole) }
    let result = await Result(catching: {
      try Task.checkCancellation()
      return try await work(id)
    })
    let removal = await Result(catching: { try await uncancelled { try await client.removeContainer(id) } })
    let value = try result.get()
    try removal.get()
    return value
  }

  private func runToEnd(_ id: String) async throws -> (status: Int, output: String) {
    try await client.startContainer(id)
    let status = try await client.waitForContainer(id)
    return (status, try await client.containerOutput(id))
  }
}
