import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Routes in the store")
struct RouteTableTests {
  @Test("are replaced as a whole, app by app, and come back ordered by host")
  func replaced() async throws {
    try await withStore { store in
      for app in [AppName.shop, .blog] { _ = try await store.addRelease(.sample(app)) }
      try await store.setRoutes([.sample("shop", internalPort: 15001)], of: .shop)
      try await store.setRoutes([.sample("blog", internalPort: 15000)], of: .blog)
      try await store.setRoutes([.sample("blog", internalPort: 15002, release: 2)], of: .blog)
      let expected: [Route] = [.sample("blog", internalPort: 15002, release: 2), .sample("shop", internalPort: 15001)]
      try await #expect(store.routes() == expected)
    }
  }

  @Test("are brought into force under a number that is given once")
  func generations() async throws {
    try await withStore { store in
      var numbers: [Int] = []
      for _ in 1...3 { numbers.append(try await store.nextGeneration()) }
      #expect(numbers == [1, 2, 3])
    }
  }
}
