import Foundation
import GRDB
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Builds at the same time")
struct BuildSlotsTests {
  private static let waits = "waiting for a build slot: 1 came before, and 1 may build at the same time"

  @Test("are limited: the next one waits, says so, and its status says it too; then it builds")
  func limited() async throws {
    try await withWorld { world in
      let engine = world.engine { $0.simultaneousBuilds = 1 }
      let (first, second) = try await oneBehindTheOther(engine, in: world)
      try await #expect(
        engine.status(of: .shop).currentOperation == "deploy v1 build image, waiting for a build slot")
      first.cancel()
      try await #expect(second.value.state == .live)
      _ = await first.result
      try await #expect(world.buildPlaces() == 0)
    }
  }

  @Test("are not waited for where the release that serves was built from the same: that one is live while others build")
  func builtBefore() async throws {
    try await withWorld { world in
      let engine = world.engine { $0.simultaneousBuilds = 1 }
      try await engine.deploy(AppSpec(name: .shop, stack: "stub", source: world.source))
      world.faults.plan(.hanging, at: .running(.buildImage))
      let first = Task { try await engine.deploy(AppSpec(name: .blog, stack: "stub", source: world.source)) }
      await world.faults.untilSomethingHangs()
      world.runtime.everythingIsBuilt()
      let second = try await engine.deploy(AppSpec(name: .shop, stack: "stub", source: world.source)) { events in
        for await event in events { world.events.append(event) }
      }
      #expect(second.number == .v(2) && second.state == .live)
      #expect(!world.events.notes.contains(Self.waits))
      try await #expect(world.buildPlaces() == 1)
      first.cancel()
      _ = await first.result
      try await #expect(world.buildPlaces() == 0)
    }
  }

  @Test("look at the disk once more when their turn comes, as those before may have filled it")
  func filled() async throws {
    try await withWorld { world in
      let engine = world.engine { $0.simultaneousBuilds = 1 }
      try await engine.deploy(AppSpec(name: .shop, stack: "stub", source: world.source))
      let (first, second) = try await oneBehindTheOther(engine, in: world)
      world.runtime.buildsTake(1 << 60)
      first.cancel()
      _ = await first.result
      let error = await #expect(throws: OrchestratorError.self) { try await second.value }
      #expect(error?.code == .diskFull)
      #expect(error?.rollback?.stillServing == .v(1))
    }
  }

  /// Two deployments: the first hangs while it builds, and the second waits for it.
  private func oneBehindTheOther(
    _ engine: DeploymentEngine, in world: FakeWorld
  ) async throws -> (Task<Release, any Error>, Task<Release, any Error>) {
    world.faults.plan(.hanging, at: .running(.buildImage))
    let first = Task { try await engine.deploy(AppSpec(name: .blog, stack: "stub", source: world.source)) }
    await world.faults.untilSomethingHangs()
    let second = Task {
      try await engine.deploy(AppSpec(name: .shop, stack: "stub", source: world.source)) { events in
        for await event in events { world.events.append(event) }
      }
    }
    await world.events.untilSeen { if case .note(let notice) = $0 { notice.text == Self.waits } else { false } }
    return (first, second)
  }

  @Test("go on in the order in which they came")
  func order() async throws {
    try await withStore { store in
      let plans = try await plans(["a", "b", "c"], in: store)
      for plan in plans { try await store.enterBuildQueue(plan) }
      for (index, plan) in plans.enumerated() { try await #expect(store.buildersAhead(of: plan) == index) }
      try await store.leaveBuildQueue(plans[0])
      try await #expect(store.buildersAhead(of: plans[2]) == 1)
      // Who comes again stands at the end.
      try await store.enterBuildQueue(plans[0])
      try await #expect(store.buildersAhead(of: plans[0]) == 2)
    }
  }

  @Test("do not wait for somebody who died")
  func dead() async throws {
    try await withStore { store in
      let plans = try await plans(["a", "b"], in: store)
      for plan in plans { try await store.enterBuildQueue(plan) }
      try await store.write { try $0.execute(sql: "UPDATE buildPlace SET processID = 5000000 WHERE app = 'a'") }
      try await #expect(store.buildersAhead(of: plans[1]) == 0)
    }
  }

  @Test("leave the queue when they are interrupted while they wait")
  func interrupted() async throws {
    try await withWorld { world in
      let plans = try await plans(["a", "b"], in: world.store)
      try await world.store.enterBuildQueue(plans[0])
      let (stream, told) = AsyncStream.makeStream(of: Void.self)
      let waiting = Task {
        try await BuildSlots(store: world.store, limit: 1).holding(plans[1], report: { _ in told.yield() }) { _ in }
      }
      for await _ in stream { break }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      try await #expect(world.buildPlaces() == 1)
    }
  }

  private func plans(_ names: [String], in store: Store) async throws -> [ComponentPlan] {
    var plans: [ComponentPlan] = []
    for name in names { plans.append(try await store.addRelease(.sample(sure(try AppName(name)))).only) }
    return plans
  }
}

extension FakeWorld {
  fileprivate func buildPlaces() async throws -> Int? {
    try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM buildPlace") }
  }
}
