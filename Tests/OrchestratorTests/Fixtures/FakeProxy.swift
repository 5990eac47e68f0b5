import Synchronization

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore

/// A proxy that sends clients along the store's routes, as they were when it was told to apply them.
final class FakeProxy: ReverseProxy {
  private struct State {
    var generation = 0
    var routes: [Route] = []
    var isStopped = false
    /// Whether it was started for an app that has not come yet.
    var isIdleStart = false
  }

  private let inForce = Mutex(State())
  private let store: Store
  let faults: Faults

  init(store: Store, faults: Faults) { (self.store, self.faults) = (store, faults) }

  var routes: [Route] { inForce.withLock { $0.routes } }

  /// How often the routes in force changed.
  var generations: Int { inForce.withLock { $0.generation } }

  func checkPublicPort(of plan: DeploymentPlan) async throws {}

  func open(for plan: DeploymentPlan) async throws -> ProxyChange? {
    inForce.withLock { if $0.routes.isEmpty { ($0.isStopped, $0.isIdleStart) = (false, true) } }
    return nil
  }

  func repair() async throws -> Notice? { nil }

  func publishPendingHosts() async throws {}

  func stopIfIdleStart() async throws {
    guard inForce.withLock({ $0.isIdleStart }), try await stopIfUnused() else { return }
    inForce.withLock { $0.isIdleStart = false }
  }

  func stopIfUnused() async throws -> Bool {
    let isAwaited = try await store.activeLeases().values.contains { $0.operation == .deploy }
    guard try await store.routes().isEmpty, !isAwaited else { return false }
    inForce.withLock { $0.isStopped = true }
    return true
  }

  func apply(_ intent: ApplyIntent) async throws -> ProxyChange {
    let wanted = try await store.routes()
    let before = routes
    let generation = change(to: wanted)
    do {
      try await faults.strike(.running(.switchRoute))
    } catch {
      // As nginx does: what could not be brought into force leaves what was.
      _ = change(to: before)
      throw error
    }
    return ProxyChange(generation: generation)
  }

  private func change(to routes: [Route]) -> Int {
    inForce.withLock {
      if $0.routes != routes { $0 = State(generation: $0.generation + 1, routes: routes) }
      return $0.generation
    }
  }

  func reload() async throws -> ProxyChange { try await apply(.restore) }

  func pendingChange() async throws -> Notice? { nil }

  func quarantined() async throws -> [ProxyStatus.Quarantine] { [] }

  func files() async throws -> [ProxyFile] { [] }

  func drain(atMost limit: Duration) async throws -> Bool { true }

  func status() async throws -> ProxyStatus {
    let (generation, isStopped) = inForce.withLock { ($0.generation, $0.isStopped) }
    return ProxyStatus(
      running: !isStopped, runtime: .docker, serving: generation, ports: [], apps: routes.count, configuration: "",
      logs: "")
  }
}
