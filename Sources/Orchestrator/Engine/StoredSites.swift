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
    // The routes of an app are all of one host, one port and one release.
    Dictionary(grouping: routes, by: \.app).map { app, routes in
      let parts = Dictionary(grouping: routes, by: \.role).sorted { $0.key.rawValue < $1.key.rawValue }
      return Site(
        app: app, release: routes[0].release, hosts: [routes[0].host], listener: Listener(port: routes[0].publicPort),
        locations: parts.map { part, routes in
          Location(
            part: part, paths: routes[0].paths, policy: routes[0].http,
            upstreams: routes.sorted { $0.instance < $1.instance }.map { route in
              Upstream(instance: route.instance, address: address(route.runtime, route.internalPort))
            })
        }, maintenance: maintenance[app] ?? .off)
    }.sorted { $0.host < $1.host }
  }

  func pendingPlans() async throws -> [DeploymentPlan] { try await store.pendingPlans() }

  func drains() async throws -> [Duration] { try await store.drains() }

  func runtimes() async throws -> Set<RuntimeName> { try await store.runtimes() }

  func appsBeingChanged() async throws -> Set<AppName> { try await store.appsBeingChanged() }

  func appsBeingDeployed() async throws -> Set<AppName> { try await store.appsBeingDeployed() }

  func nextGeneration() async throws -> Int { try await store.nextGeneration() }
}
