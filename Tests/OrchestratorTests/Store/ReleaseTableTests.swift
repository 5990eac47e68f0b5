import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Releases in the store")
struct ReleaseTableTests {
  @Test("are numbered from 1, and a number is never given again after a failure")
  func numbers() async throws {
    try await withStore { store in
      for number in 1...3 {
        let plan = try await store.addRelease(.sample())
        #expect(plan.release == .v(number))
        try await store.mark(plan.release, of: .blog, as: .failed)
      }
    }
  }

  @Test("know a number of their app that no other app ever had, and that stays")
  func appNumbers() async throws {
    try await withStore { store in
      try await #expect(store.addRelease(.sample(.blog)).appNumber == 1)
      try await #expect(store.addRelease(.sample(.shop)).appNumber == 2)
      try await #expect(store.addRelease(.sample(.blog)).appNumber == 1)
      try await store.forget(.blog)
      try await #expect(store.addRelease(.sample(sure(try AppName("new")))).appNumber == 3)
      try await #expect(store.addRelease(.sample(.blog)).appNumber == 4)
      try await #expect(store.addRelease(.sample(.shop)).appNumber == 2)
    }
  }

  @Test(
    "give a new app no number whose user something else has; when none is left that is said, and nothing is entered")
  func usersInUse() async throws {
    try await withStore { store in
      try await #expect(store.addRelease(.sample(.blog)) { { $0 > 4 } }.appNumber == 5)
      // An app that has a number keeps it.
      try await #expect(store.addRelease(.sample(.blog)) { { _ in false } }.appNumber == 5)
      let error = await #expect(throws: OrchestratorError.self) {
        try await store.addRelease(.sample(.shop)) { { _ in false } }
      }
      #expect(error?.code == .conflict)
      #expect(error?.message == "no user is left for 'shop': each of the 29999 numbers is in use")
      #expect(error?.hint == "destroy an app, or have others given with the setting firstUser")
      try await #expect(store.appNames() == ["blog"])
      try await #expect(store.appNumbers(except: []) == [5])
      try await #expect(store.appNumbers(except: ["blog"]) == [])
    }
  }

  @Test("that serve are found across apps, and where they run")
  func live() async throws {
    try await withStore { store in
      let plan = try await store.addRelease(.sample(.shop, on: .process))
      try await #expect(store.liveReleases().isEmpty)
      try await #expect(store.runtimes() == [.process])
      _ = try await store.commit(plan.release, of: .shop)
      let failed = try await store.addRelease(.sample(.blog, on: .docker))
      try await store.mark(failed.release, of: .blog, as: .failed)
      try await #expect(store.liveReleases().map(\.plan) == [plan])
      try await #expect(store.runtimes() == [.process])
    }
  }

  @Test("are numbered for each app on its own")
  func apps() async throws {
    try await withStore { store in
      _ = try await store.addRelease(.sample(.blog))
      try await #expect(store.addRelease(.sample(.shop)).release == .v(1))
      try await #expect(store.appNames() == ["blog", "shop"])
    }
  }

  @Test("become live one at a time: the one before is to be retired")
  func commit() async throws {
    try await withStore { store in
      for _ in 1...2 {
        let plan = try await store.addRelease(.sample())
        _ = try await store.commit(plan.release, of: .blog)
      }
      try await #expect(store.releases(of: .blog).map(\.state) == [.live, .retiring])
      try await #expect(store.liveRelease(of: .blog)?.plan.release == .v(2))
    }
  }

  @Test("that were destroyed meanwhile cannot become live")
  func destroyed() async throws {
    try await withStore { store in
      let plan = try await store.addRelease(.sample())
      try await store.forget(.blog)
      let error = await #expect(throws: OrchestratorError.self) { try await store.commit(plan.release, of: .blog) }
      #expect(error?.code == .conflict)
    }
  }

  @Test("are forgotten with their ports, routes and journal")
  func forgotten() async throws {
    try await withStore { store in
      let plan = try await store.addRelease(.sample())
      _ = try await store.reservePort(for: plan.onlyWorkload, isFree: { _ in true })
      try await store.setRoutes([.sample("blog")], of: .blog)
      try await store.note(.begun, .reservePort, of: .blog, plan.release)
      try await store.forget(.blog)
      try await #expect(store.routes().isEmpty)
      try await #expect(store.journal(of: .blog, plan.release).isEmpty)
      let other = try await store.addRelease(.sample(.shop))
      try await #expect(store.reservePort(for: other.onlyWorkload, isFree: { _ in true }).port == .number(15000))
    }
  }
}
