import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorSystem

/// Whose an app's port is.
extension Installation {
  /// Whether a program that is not ours has the port of a workload, which may be alive all the same and try in vain to listen there.
  func isTaken(_ port: TCPPort, from workload: WorkloadPlan) async throws -> Bool {
    // One that ends or starts between two looks would seem to have lost its port: only what is seen twice counts.
    for _ in 1...2 where try await !seemsTaken(port, from: workload) { return false }
    return true
  }

  private func seemsTaken(_ port: TCPPort, from workload: WorkloadPlan) async throws -> Bool {
    guard !PortProbe.isFree(port) else { return false }
    let state = try await runtimes[workload].state(of: workload)
    // Before a backup was restored it was moved to another.
    if let own = state?.port, own != port { return true }
    guard let found = await runtimes[workload].listeners(of: workload, on: port), !found.isNetworkIsolated else {
      return state?.phase != .running
    }
    return !found.listeners.contains { $0.port == port }
  }
}
