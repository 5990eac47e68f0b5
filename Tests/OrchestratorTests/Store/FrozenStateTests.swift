import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("A state that an earlier version left")
struct FrozenStateTests {
  private static let states = [FrozenState.schema6, .schema7]

  /// The apps of which a deployment was interrupted.
  private static let interrupted = ["port", "build", "start", "health", "switch"].flatMap { step in
    RuntimeName.allCases.map { "\(step)-\($0.rawValue)" }
  }
  private static let serving = ["blog", "shop"] + interrupted

  @Test("is brought up to date with all that is in it", arguments: states)
  func upToDate(_ state: FrozenState) async throws {
    try await withFrozenState(state) { home in
      let store = try Store(in: home)
      try await #expect(store.damage() == [])
      for name in Self.serving {
        let live = try #require(try await store.liveRelease(of: try AppName(name)), "\(name)")
        #expect(live.plan.release == .v(2), "\(name)")
        #expect(live.ports.count == (name == "blog" ? 2 : 1) && live.serving.count == live.ports.count, "\(name)")
      }
      for name in Self.interrupted {
        let rows = try await store.releases(of: try AppName(name))
        #expect(rows.map(\.state).filter { $0 != .failed } == [.preparing, .live, .retired], "\(name)")
        try await #expect(store.leases()[name]?.owner.isAlive == false, "\(name)")
        #expect(rows[0].plan.runtime == (name.hasSuffix("docker") ? .docker : .process))
      }
      try await #expect(store.maintenance(of: .shop) == .on(message: "Back at 14:00."))
      try await #expect(
        store.unfinishedApps().map(\.description).sorted() == (Self.interrupted + ["gone", "gone-too"]).sorted())
    }
  }

  @Test("is put in order: what was interrupted is undone or finished, and what serves goes on", arguments: states)
  func recovered(_ state: FrozenState) async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(try folder.makeFolder("home"))
      try state.write(into: home)
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

  @Test(
    "has files beside it that are still understood: processes, their supervisors, and nginx's configuration",
    arguments: zip(states, [(1269, 1254, 13), (1679, 1667, 15)]))
  func files(_ state: FrozenState, of known: (process: Int, supervisor: Int, routes: Int)) throws {
    let decoder = JSONDecoder()
    let process = try decoder.decode(ProcessSpecification.self, from: state.file("process.json"))
    #expect(process.command.first == "/usr/bin/setpriv" && process.port != nil)
    let record = try decoder.decode(SupervisorRecord.self, from: state.file("state.json"))
    #expect(
      record.process?.id == known.process && record.supervisor?.id == known.supervisor
        && record.process?.isOfThisStart == false)
    let configuration = try decoder.decode(
      NginxConfiguration.self, from: state.file("configuration.json"))
    #expect(
      configuration.sites.flatMap(\.locations).flatMap(\.upstreams).count == known.routes
        && configuration.publicPorts.contains(.number(18000)))
  }

  @Test("has releases from before builds were kept apart: each runs from what was built for it, and goes with it")
  func builds() async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(try folder.makeFolder("home"))
      try FrozenState.schema7.write(into: home)
      let world = try FakeWorld(in: folder.path)
      let live = try #require(try await world.store.liveRelease(of: .shop)?.plan.components.first)
      #expect(live.hasOwnBuild && live.build.number == .v(2))
      #expect(live.image == "frozen/shop:v2")
      // What was built as a process is not kept apart, and so cannot be gone back to.
      let error = await #expect(throws: OrchestratorError.self) {
        try await world.engine.redeploy(buildsOf: .v(1), of: .blog)
      }
      #expect(error?.code == .conflict && error?.message == "what was built of 'blog' for v1 is not there any more")
    }
  }
}
