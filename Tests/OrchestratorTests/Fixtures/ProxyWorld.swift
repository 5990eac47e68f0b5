import Foundation

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStacks
@testable import OrchestratorStore

/// The real proxy over a real store, with an nginx that only remembers.
struct ProxyWorld: Sendable {
  let store: Store
  let host: FakeNginxHost
  let folder: ProxyFolder
  let network = FakeNetwork()
  /// The public ports of the two stacks `one` and `two`.
  let ports = [TestPorts.one(), TestPorts.one()]
  let proxy: NginxProxy

  init(in folder: TemporaryFolder) throws {
    let home = StateFolder(folder("home"))
    store = try Store(in: home)
    self.folder = ProxyFolder(path: home.proxy)
    host = FakeNginxHost(folder: home.proxy)
    var registry = StackRegistry()
    registry.append(.single(.sample("one", publicPort: ports[0])))
    registry.append(.single(.sample("two", publicPort: ports[1], internalPorts: .from(16000, to: 16099))))
    proxy = NginxProxy(
      host: host, sites: StoredSites(store: store) { _, port in .loopback(port) },
      ports: PublicPorts { [registry] in registry.atPublicPorts }, folder: self.folder,
      transport: network, timeout: .milliseconds(30))
    network.answers { [host] _ in
      guard let generation = host.now.serving else { throw HTTPFailure.refused }
      return HTTPResponse(200, #"{"status":"ok","generation":\#(generation)}"#)
    }
  }

  /// Brings the routes into force for an app of the stack `one`.
  @discardableResult
  func apply() async throws -> ProxyChange { try await proxy.apply(.serve(ports[0])) }

  /// Enters a route of an app, without bringing it into force.
  func route(_ app: String, to internalPort: Int, on publicPort: TCPPort? = nil) async throws {
    let name = sure(try AppName(app))
    let plan = try await store.addRelease(.sample(name))
    // Nobody is at it, and its stack's port is not one of these.
    try await store.mark(plan.release, of: name, as: .failed)
    let port = Int((publicPort ?? ports[0]).number)
    try await store.setRoutes([.sample(app, publicPort: port, internalPort: internalPort)], of: name)
  }

  /// The names of the generations that have a folder.
  var generations: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/generations")) ?? []).sorted()
  }
}

/// Gives `body` a proxy that is gone afterwards.
func withProxy(_ body: (ProxyWorld) async throws -> Void) async throws {
  try await withTemporaryFolder { try await body(ProxyWorld(in: $0)) }
}
