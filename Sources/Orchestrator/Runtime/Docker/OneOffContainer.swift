import Foundation

/// A container that runs one program to its end, and is gone afterwards, also when we are interrupted.
struct OneOffContainer {
  let client: DockerClient
  let name: String
  let request: ContainerRequest

  /// Whether a container with the name is such a one; those of releases end with a number.
  static func isName(_ name: String) -> Bool { name.hasSuffix("-check") || name.hasSuffix("-look") }

  /// - Parameter checkOwner: throws if the container of that name, which somebody left who was killed, is not ours.
  func run(checkOwner: (ContainerDetails) throws -> Void) async throws -> (status: Int, output: String) {
    if let left = try await nilIfNotFound({ try await client.inspectContainer(name) }) {
      try checkOwner(left)
      try await client.removeContainer(left.Id)
    }
    let id = try await client.createContainer(named: name, request)
    let result = await Result(catching: { try await runToEnd(id) })
    try await Task { _ = try await nilIfNotFound { try await client.removeContainer(id) } }.value
    return try result.get()
  }

  private func runToEnd(_ id: String) async throws -> (status: Int, output: String) {
    try await client.startContainer(id)
    let status = try await client.waitForContainer(id)
    var frames = LogFrames()
    try await client.containerLogs(id, tail: nil, follow: false) { frames.append($0) }
    return (status, String(decoding: frames.payload, as: UTF8.self))
  }
}
