import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("Looking at apps")
struct InspectingTests {
  @Test("says that another program has the port of an app, and gets its requests, whatever the app's own process does")
  func stranger() async throws {
    try await withWorld { world in
      try await world.engine.deploy(AppSpec(name: .blog, stack: "stub", source: world.source, runtime: .process))
      let port = try #require(try await world.store.liveRelease(of: .blog)?.port)
      try await #expect(world.engine.list().map(\.state) == [.running])
      let listener = Listener(on: port)
      world.runtime.workloadsListen(ListenerReport(expected: port, listeners: [], isNetworkIsolated: false))
      let status = try await world.engine.status(of: .blog)
      #expect(status.state == .unreachable)
      #expect(
        status.instances.map(\.problem) == [
          "blog v1: its port \(port) is in use by \(ThisProcess.description); orchestrator reconcile moves it"
        ])
      try await #expect(world.engine.list().map(\.state) == [.unreachable])
      withExtendedLifetime(listener) {}
    }
  }
}
