import Testing

@testable import Orchestrator

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
}
