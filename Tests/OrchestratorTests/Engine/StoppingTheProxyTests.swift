import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Stopping the proxy")
struct StoppingTheProxyTests {
  @Test("is refused while apps are served, and done when none is; a deploy starts it again")
  func stopped() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      let error = await #expect(throws: OrchestratorError.self) { try await world.engine.stopProxy() }
      #expect(error?.code == .conflict)
      #expect(error?.message == "the proxy serves an app, which could not be reached without it")
      try await world.engine.destroy(.blog)
      try await world.engine.stopProxy()
      try await #expect(!world.engine.proxyStatus().running)
      try await world.deploy(.blog)
      try await #expect(world.engine.proxyStatus().running)
    }
  }

  @Test("is done by a deploy that fails when no other app needs it")
  func failed() async throws {
    try await withWorld { world in
      world.faults.plan(.failing, at: .running(.buildImage))
      await #expect(throws: (any Error).self) { try await world.deploy(.blog) }
      try await #expect(!world.engine.proxyStatus().running)
      try await world.deploy(.blog)
      world.faults.plan(.failing, at: .running(.buildImage))
      await #expect(throws: (any Error).self) { try await world.deploy(.shop) }
      try await #expect(world.engine.proxyStatus().running)
    }
  }

  @Test("is done by whoever comes after a deployer that failed and was killed before it could")
  func killed() async throws {
    try await withWorld { world in
      _ = try await world.store.acquireLease(of: .shop, for: .deploy)
      _ = try await world.proxy.open(for: .sample())
      await #expect(world.engine.recoverPending().texts == [])
      try await #expect(world.engine.proxyStatus().running)
      // The lease of somebody who is dead is nobody's.
      try await world.store.releaseLease(of: .shop)
      await #expect(world.engine.recoverPending().texts == [])
      try await #expect(!world.engine.proxyStatus().running)
    }
  }
}
