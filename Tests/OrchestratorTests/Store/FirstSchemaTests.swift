import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("A state file of the first version")
struct FirstSchemaTests {
  @Test("is brought up to date with all that is in it: plans, ports, routes, what was interrupted, and the generation")
  func upToDate() async throws {
    try await withFrozenState(.schema1) { home in
      let store = try Store(in: home)
      let live = try #require(try await store.liveRelease(of: .blog))
      #expect(live.plan == .sample(release: .v(2)))
      #expect(live.port == .number(15001))
      try await #expect(store.routes() == live.routes)
      try await #expect(store.releases(of: .blog).map(\.state) == [.preparing, .live, .retired])
      try await #expect(store.releases(of: .blog).first?.port == .number(15000))
      try await #expect(store.leases()["blog"]?.owner.isAlive == false)
      try await #expect(store.journal(of: .blog, .v(3)).map(\.step) == [.reservePort, .reservePort, .buildImage])
      try await #expect(store.nextGeneration() == 8)
      try await #expect(store.damage() == [])
    }
  }

  @Test("gives each app a number, and goes on with the numbers of its releases")
  func numbers() async throws {
    try await withFrozenState(.schema1) { home in
      let store = try Store(in: home)
      try await #expect(store.addRelease(.sample(.shop)).release == .v(3))
      try await #expect(store.addRelease(.sample(.shop)).appNumber == 2)
      try await #expect(store.addRelease(.sample(.blog)).appNumber == 1)
      try await #expect(store.addRelease(.sample(sure(try AppName("new")))).appNumber == 3)
    }
  }
}
