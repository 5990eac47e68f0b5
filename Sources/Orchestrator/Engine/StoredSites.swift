import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore

/// The sites that the store's routes make, with the addresses that the runtimes give.
struct StoredSites: SiteSource {
  let store: Store
  /// Where a workload is reached that runs there and was given the port.
  let address: @Sendable (RuntimeName, TCPPort) -> SocketEndpoint

  func sites() async throws -> [Site] {
    Self.sites(of: try await store.routes(), maintenance: try await store.maintenance(), address: address)
  }

  /// The sites of these routes, ordered by host.
  static func sites(
    of routes: [Route], maintenance: [AppName: MaintenanceMode], address: (RuntimeName, TCPPort) -> SocketEndpoint
  ) -> [Site] {
    routes.map { route in
      SiteRow(
        app: route.app, release: route.release, host: route.host, publicPort: route.publicPort, part: route.role,
        paths: route.paths, policy: route.http,
        upstream: Upstream(instance: route.instance, address: address(route.runtime, route.internalPort)))
    }.sites(maintenance: maintenance)
  }

  func pendingPlans() async throws -> [DeploymentPlan] { try await store.pendingPlans() }

  func drains() async throws -> [Duration] { try await store.drains() }

  func runtimes() async throws -> Set<RuntimeName> { try await store.runtimes() }

  func appsBeingChanged() async throws -> Set<AppName> { try await store.appsBeingChanged() }

  func appsBeingDeployed() async throws -> Set<AppName> { try await store.appsBeingDeployed() }

  func nextGeneration() async throws -> Int { try await store.nextGeneration() }
}
