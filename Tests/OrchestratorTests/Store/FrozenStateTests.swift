import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("A state that the version before this one left")
struct FrozenStateTests {
  /// The apps of which a deployment was interrupted.
  private static let interrupted = ["port", "build", "start", "health", "switch"].flatMap { step in
    RuntimeName.allCases.map { "\(step)-\($0.rawValue)" }
  }
  private static let serving = ["blog", "shop"] + interrupted

  @Test("is brought up to date with all that is in it")
  func upToDate() async throws {
    try await withFrozenState(.schema6) { home in
      let store = try Store(in: home)
      try await #expect(store.damage() == [])
      for name in Self.serving {
        let live = try #require(try await store.liveRelease(of: try AppName(name)), "\(name)")
        #expect(live.plan.release == .v(2), "\(name)")
        #expect(live.ports.count == (name == "blog" ? 2 : 1) && live.serving.count == live.ports.count, "\(name)")
      }
      for name in Self.interrupted {
        let rows = try await store.releases(of: try AppName(name))
        #expect(rows.map(\.state) == [.preparing, .live, .retired], "\(name)")
        try await #expect(store.leases()[name]?.owner.isAlive == false, "\(name)")
        #expect(rows[0].plan.runtime == (name.hasSuffix("docker") ? .docker : .process))
      }
      try await #expect(store.maintenance(of: .shop) == .on(message: "Back at 14:00."))
      try await #expect(
        store.unfinishedApps().map(\.description).sorted() == (Self.interrupted + ["gone", "gone-too"]).sorted())
    }
  }

  @Test("is put in order: what was interrupted is undone or finished, and what serves goes on")
  func recovered() async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(try folder.makeFolder("home"))
      try FrozenState.schema6.write(into: home)
      let world = try FakeWorld(in: folder.path)
      let before = try await world.store.routes().filter { $0.release == .v(2) }
      _ = await world.engine.recoverPending()
      try await #expect(world.store.appNames().sorted() == Self.serving.sorted())
      for name in Self.serving {
        let rows = try await world.store.releases(of: try AppName(name))
        #expect(rows.allSatisfy { [.live, .retired, .failed].contains($0.state) }, "\(name): \(rows.map(\.state))")
        #expect(rows.first { $0.state == .live }?.plan.release == .v(2), "\(name)")
      }
      let routes = try await world.store.routes()
      #expect(routes.count == Self.serving.count + 1 && Set(before).isSubset(of: routes))
      try await #expect(world.store.leases().isEmpty)
      try await #expect(world.store.damage() == [])
    }
  }

  @Test("has files beside it that are still understood: processes, their supervisors, and nginx's configuration")
  func files() throws {
    let decoder = JSONDecoder()
    let process = try decoder.decode(ProcessSpecification.self, from: FrozenState.schema6.file("process.json"))
    #expect(process.command.first == "/usr/bin/setpriv" && process.port == .number(30001))
    let record = try decoder.decode(SupervisorRecord.self, from: FrozenState.schema6.file("state.json"))
    #expect(record.process?.id == 1269 && record.supervisor?.id == 1254 && record.process?.isOfThisStart == false)
    let configuration = try decoder.decode(
      NginxConfiguration.self, from: FrozenState.schema6.file("configuration.json"))
    #expect(
      configuration.sites.flatMap(\.locations).flatMap(\.upstreams).count == 13
        && configuration.publicPorts.contains(.number(18000)))
  }
}
