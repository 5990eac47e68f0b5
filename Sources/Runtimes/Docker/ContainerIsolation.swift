import Foundation
import OrchestratorDockerEngine
import OrchestratorSystem

/// Looks whether containers are kept apart, by trying to get from one to another.
///
/// That Docker was asked for it is no proof: a kernel that does not filter what crosses a bridge, an engine that was told to leave the
/// filter alone, and a program that empties the filter have the same network look the same.
struct ContainerIsolation: Sendable {
  let client: DockerClient
  let network: ContainerNetwork

  /// How long an answer is waited for that must not come. On one machine it takes less than a millisecond.
  private static let timeout = Duration.milliseconds(200)
  private static let filterSwitch = "/proc/sys/net/bridge/bridge-nf-call-iptables"

  /// - Returns: nil when no app runs in a container.
  func look() async throws -> Isolation? {
    let running = try await client.listContainers(labelled: network.labels.filter).filter { container in
      container.State == "running" && network.labels.isOfRelease(container.Labels)
    }
    guard !running.isEmpty else { return nil }
    let outside = running.filter { $0.address(in: network.name) == nil }
    return Isolation(
      fault: try await fault(among: running.filter { $0.address(in: network.name) != nil }),
      outside: outside.compactMap(\.name).sorted())
  }

  /// One pair stands for all: what lets it pass lets any pass.
  private func fault(among containers: [ContainerSummary]) async throws -> String? {
    guard let from = containers.first, let to = containers.dropFirst().first, let name = from.name,
      let target = to.name, let address = to.address(in: network.name), let port = to.port
    else { return nil }
    guard let process = try await nilIfNotFound({ try await client.inspectContainer(from.Id) })?.State.Pid, process > 0
    else { return nil }
    let namespace = NetworkNamespace(of: process)
    switch await namespace.connects(to: address, port, within: Self.timeout) {
    case true?: return "\(name) reaches \(target) around the proxy, at \(address):\(port)"
    case false?: return nil
    // Only root can try it. An engine that has a network of its own has a switch of its own, too.
    case nil where SystemFile.text(Self.filterSwitch)?.hasPrefix("0") == true:
      return "this machine does not filter what crosses a bridge (\(Self.filterSwitch) is 0)"
    case nil: return nil
    }
  }
}
