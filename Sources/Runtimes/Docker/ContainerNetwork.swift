import Foundation
package import OrchestratorDockerEngine
package import OrchestratorModel
import OrchestratorSystem

/// The network of the containers that apps run in, one for the installation: a bridge over which no container reaches another.
///
/// It comes before the first of them, and goes after the last.
package struct ContainerNetwork: Sendable {
  package let client: DockerClient
  package let labels: DockerLabels
  /// The addresses of its containers; nil leaves the choice to Docker.
  package let range: AddressRange?
  /// A file that is locked while the network is made: Docker would make two of one name.
  package let lock: String

  package var name: String { "\(labels.ownNamespace)-apps" }

  /// Makes sure that it is there.
  ///
  /// - Returns: why there is none, in Docker's words, when that cannot keep containers apart; nil when it is there.
  /// - Throws: ``OrchestratorError`` with the code `conflict`, `start_failed` or `state_unwritable`, or what Docker says.
  func ensure() async throws -> String? {
    if try await isThere() { return nil }
    do {
      return try await FileLock.withLock(lock, clock: .continuous) { try await isThere() ? nil : make() }
    } catch let failure as FileLock.Failure {
      throw OrchestratorError.unwritable(lock.parentFolder, failure)
    }
  }

  private func isThere() async throws -> Bool {
    guard let found = try await nilIfNotFound({ try await client.inspectNetwork(name) }) else { return false }
    guard labels.ownsNetwork(name, found.Labels) else { throw foreign }
    return true
  }

  private func make() async throws -> String? {
    try refuseRangeInUse()
    do {
      // Interrupted in the middle, Docker could still make it after everything was undone.
      try await uncancelled {
        try await client.createNetwork(.apart(name, range: range, labels: labels.network(named: name)))
      }
      return nil
    } catch let refusal as DockerClient.Refusal {
      if refusal.cannotKeepApart { return refusal.message.printable }
      throw failure(refusal)
    }
  }

  /// Starts a container of the network, which may go in this very moment with its last container, or went while the container stood still.
  package func start(_ container: String) async throws {
    do {
      try await client.startContainer(container)
    } catch let refusal as DockerClient.Refusal where refusal.lacksNetwork {
      _ = try await ensure()
      // It knows the network that went by its id.
      try await client.connectContainer(container, to: name)
      try await client.startContainer(container)
    }
  }

  /// Makes sure that it is gone if no container of ours has it, running or not.
  func removeIfUnused() async throws {
    guard let found = try await unused() else { return }
    do {
      _ = try await nilIfNotFound { try await client.removeNetwork(found.Id) }
    } catch let refusal as DockerClient.Refusal where refusal.status == 403 {
      // A container was started there in this moment.
    }
  }

  /// The network, if it is ours and has no container.
  func unused() async throws -> NetworkDetails? {
    guard let found = try await nilIfNotFound({ try await client.inspectNetwork(name) }),
      labels.ownsNetwork(name, found.Labels), (found.Containers ?? [:]).isEmpty
    else { return nil }
    // One that does not run is to find its network again.
    let isMeant = try await client.listContainers(labelled: labels.filter).contains {
      $0.HostConfig?.NetworkMode == name
    }
    return isMeant ? nil : found
  }
}

/// What is said when it cannot be made.
extension ContainerNetwork {
  private var foreign: OrchestratorError {
    OrchestratorError(
      .conflict, "a network of Docker that is not ours has the name \(name.quoted)",
      hint: "remove it (docker network rm \(name)), or set another namespace")
  }

  /// Docker would take addresses that this machine reaches elsewhere: it would not find its own network any more.
  private func refuseRangeInUse() throws {
    guard let range, let taken = MachineRoutes.all().first(where: { $0.range.overlaps(range) }) else { return }
    throw overlap(range, "\(taken.range), which is behind \(taken.device)")
  }

  private func overlap(_ range: AddressRange, _ other: String, _ refusal: DockerClient.Refusal? = nil)
    -> OrchestratorError
  {
    OrchestratorError(
      .conflict, "the addresses \(range) of the setting 'containerNetwork' overlap \(other)",
      hint: "choose others, or none: Docker takes what is free then", underlying: refusal)
  }

  private func failure(_ refusal: DockerClient.Refusal) -> any Error {
    if refusal.isConflict { return foreign }
    if let range, refusal.message.contains("overlap") { return overlap(range, "those of another network", refusal) }
    // "could not find an available, non-overlapping IPv4 address pool", or, since Docker 25, "all predefined address pools have been
    // fully subnetted".
    guard refusal.message.contains("address pool") else { return refusal }
    return OrchestratorError(
      .startFailed, "Docker has no addresses left for the network \(name.quoted)",
      hint:
        "remove networks that are not in use (docker network prune), or name addresses with the setting containerNetwork",
      underlying: refusal)
  }
}

extension DockerClient.Refusal {
  /// Whether a container cannot be started because its network is not there.
  var lacksNetwork: Bool { isNotFound && message.contains(/network .* not found/) }

  /// Whether Docker has no way to keep containers apart: the kernel lacks br_netfilter, or the engine does not know the option.
  fileprivate var cannotKeepApart: Bool {
    message.contains("inter-container") || message.contains("enable_icc")
  }
}

extension NetworkRequest {
  /// A bridge over which no container reaches another.
  package static func apart(_ name: String, range: AddressRange?, labels: [String: String]) -> NetworkRequest {
    NetworkRequest(
      Name: name, Labels: labels, IPAM: range.map { Addresses(Config: [.init(Subnet: $0.description)]) },
      // Whatever the engine does by default: what holds for IPv4 need not for IPv6.
      EnableIPv6: false, Options: ["com.docker.network.bridge.enable_icc": "false"])
  }
}
