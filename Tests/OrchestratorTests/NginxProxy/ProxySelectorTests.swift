import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("The one proxy of both runtimes")
struct ProxySelectorTests {
  /// Two nginxes that only remember, of which one is to be chosen.
  private struct Pair {
    let world: ProxyWorld
    let container: FakeNginxHost
    let process: FakeNginxHost

    init(in folder: TemporaryFolder) throws {
      world = try ProxyWorld(in: folder)
      container = FakeNginxHost(folder: world.folder.path, runtime: .docker)
      process = FakeNginxHost(folder: world.folder.path, runtime: .process)
    }

    func chosen(fixed: RuntimeName? = nil) async throws -> RuntimeName {
      try await proxy(fixed: fixed).status().runtime
    }

    func proxy(fixed: RuntimeName? = nil) -> ProxySelector {
      func proxy(_ host: FakeNginxHost) -> NginxProxy {
        NginxProxy(
          host: host, sites: world.proxy.sites, ports: world.proxy.ports, folder: world.folder, transport: world.network
        )
      }
      return ProxySelector(
        container: proxy(container), process: proxy(process), sites: world.proxy.sites, fixed: fixed)
    }
  }

  private func withPair(_ body: (Pair) async throws -> Void) async throws {
    try await withTemporaryFolder { try await body(Pair(in: $0)) }
  }

  @Test("is the one that the settings name", arguments: RuntimeName.allCases)
  func fixed(runtime: RuntimeName) async throws {
    try await withPair { pair in
      for host in [pair.container, pair.process] { host.set { $0.isRunning = true } }
      try await #expect(pair.chosen(fixed: runtime) == runtime)
    }
  }

  @Test("is the one that runs, wherever apps are", arguments: RuntimeName.allCases)
  func running(runtime: RuntimeName) async throws {
    try await withPair { pair in
      _ = try await pair.world.store.addRelease(.sample(on: runtime == .docker ? .process : .docker))
      (runtime == .docker ? pair.container : pair.process).set { $0.isRunning = true }
      try await #expect(pair.chosen() == runtime)
    }
  }

  @Test(
    "begins new logs where it runs, also where Docker does not answer; also when somebody was killed in the middle of it"
  )
  func fullLogs() async throws {
    try await withPair { pair in
      pair.container.set { $0.isUnreachable = true }
      pair.process.set { $0.isRunning = true }
      try await pair.world.folder.prepare(for: pair.process.newUser)
      let log = pair.world.folder.logs + "/access.log"
      try Data().write(to: URL(fileURLWithPath: log))
      #expect(truncate(log, 51 << 20) == 0)
      _ = try await pair.proxy().repair()
      #expect(RotatedLog(log + ".1").size == 51 << 20)
      _ = try await pair.proxy().repair()
      #expect(pair.process.now.calls.filter { $0 == "reopen logs" }.count == 2)
      try Data().write(to: URL(fileURLWithPath: log))
      _ = try await pair.proxy().repair()
      #expect(pair.process.now.calls.filter { $0 == "reopen logs" }.count == 2)
    }
  }

  @Test("takes the place of the other only where it can be run, and gives it back when it cannot serve")
  func replacing() async throws {
    try await withPair { pair in
      try await pair.world.route("blog", to: 15000)
      let (port, world) = (pair.world.ports[0], pair.world)
      world.network.answers { _ in
        guard let generation = pair.process.now.serving ?? pair.container.now.serving else { throw HTTPFailure.refused }
        return HTTPResponse(200, #"{"status":"ok","generation":\#(generation)}"#)
      }
      _ = try await pair.proxy(fixed: .process).apply(.serve(port))
      pair.container.set { $0.unavailable = "there is none here" }
      await #expect(throws: OrchestratorError.self) { try await pair.proxy(fixed: .docker).apply(.serve(port)) }
      #expect(!pair.process.now.calls.contains("stop"))
      // What only looks stops nothing.
      pair.container.set { ($0.unavailable, $0.objection) = (nil, "no") }
      let plan = DeploymentPlan.sample(stack: .sample("one", publicPort: port))
      try await pair.proxy(fixed: .docker).checkPublicPort(of: plan)
      #expect(!pair.process.now.calls.contains("stop"))
      await #expect(throws: OrchestratorError.self) { try await pair.proxy(fixed: .docker).apply(.serve(port)) }
      #expect(pair.process.now.calls.contains("stop"))
      #expect(pair.process.now.isRunning && !pair.container.now.isRunning)
      #expect(pair.process.now.serving == world.folder.current()?.generation)
      pair.container.set { $0.objection = nil }
      _ = try await pair.proxy(fixed: .docker).apply(.serve(port))
      #expect(pair.container.now.isRunning && !pair.process.now.isRunning)
    }
  }

  @Test("is not another while the one in a container serves and Docker does not answer")
  func dockerHangs() async throws {
    try await withPair { pair in
      try await pair.world.route("blog", to: 15000)
      pair.world.network.answers { _ in
        guard let generation = pair.container.now.serving else { throw HTTPFailure.refused }
        return HTTPResponse(200, #"{"status":"ok","generation":\#(generation)}"#)
      }
      _ = try await pair.proxy(fixed: .docker).apply(.serve(pair.world.ports[0]))
      pair.container.set { $0.isUnreachable = true }
      let error = await #expect(throws: OrchestratorError.self) { try await pair.proxy().apply(.restore) }
      #expect(error?.code == .runtimeUnavailable)
      #expect(!pair.process.now.isRunning)
      try await pair.world.store.setRoutes([], of: .blog)
      await #expect(throws: OrchestratorError.self) { try await pair.proxy().stopIfUnused() }
      pair.container.set { $0.serving = nil }
      try await #expect(pair.proxy().stopIfUnused())
      try await #expect(pair.chosen() == .process)
    }
  }

  @Test("when none runs is the one in a container if an app runs in one")
  func amongContainers() async throws {
    try await withPair { pair in
      _ = try await pair.world.store.addRelease(.sample(.blog, on: .process))
      _ = try await pair.world.store.addRelease(.sample(.shop, on: .docker))
      try await #expect(pair.chosen() == .docker)
    }
  }

  @Test("is a process where Docker does not answer")
  func dockerGone() async throws {
    try await withPair { pair in
      _ = try await pair.world.store.addRelease(.sample(on: .docker))
      pair.container.set { $0.isUnreachable = true }
      try await #expect(pair.chosen() == .process)
    }
  }
}
