import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Pruning")
struct PruningTests {
  @Test(
    "removes what is too old to go back to; a dry run only says so; neither the serving release nor the one before goes"
  )
  func oldReleases() async throws {
    try await withWorld { world in
      for _ in 1...3 { try await world.deploy() }
      let before = try await world.remains()
      let dry = try await world.engine.prune(keeping: 2, dryRun: true)
      #expect(dry.done.texts.map { $0.prefix { $0 != "(" } } == ["would remove blog v1, which is retired "])
      #expect(dry.bytes >= 1000)
      try await #expect(world.remains() == before)
      let pruned = try await world.engine.prune(keeping: 2)
      #expect(pruned.done.texts.map { $0.prefix { $0 != "(" } } == ["removed blog v1, which is retired "])
      #expect(pruned.problems.texts == [] && pruned.bytes == dry.bytes)
      #expect(world.runtime.now.images == ["orchestrator/blog:v2", "orchestrator/blog:v3"])
      try await #expect(world.store.releases(of: .blog).map(\.plan.release) == [.v(3), .v(2)])
      try await #expect(world.engine.prune(keeping: 2) == Pruning())
    }
  }

  @Test("removes what belongs to no release")
  func orphans() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.lose("gone")
      world.runtime.leave { $0.images.insert("orchestrator/gone:v1") }
      try await #expect(
        world.engine.prune(dryRun: true).done.texts.first
          == "would remove the image orchestrator/gone:v1, which belongs to no release")
      try await #expect(
        world.engine.prune().done.texts == ["removed the image orchestrator/gone:v1, which belongs to no release"])
      #expect(world.runtime.now.images == ["orchestrator/blog:v1"])
    }
  }

  @Test("says what could not be removed, and removes the rest")
  func problem() async throws {
    try await withWorld { world in
      for _ in 1...4 {
        try await world.engine { $0.keepReleases = 9 }.deploy(AppSpec(name: .blog, stack: "stub", source: world.source))
      }
      world.faults.plan(.failing, at: .undoing(.buildImage))
      let pruned = try await world.engine.prune(keeping: 2)
      #expect(pruned.problems.texts == ["blog v2: the test said so"])
      // Nobody can go back to what may be half removed: what is left of it belongs to no release.
      #expect(
        pruned.done.texts.map { $0.prefix { $0 != "(" } } == [
          "removed blog v1, which is retired ", "removed the image orchestrator/blog:v2, which belongs to no release",
        ])
    }
  }

  @Test("keeps at least the release before", arguments: [1, 0, -3])
  func tooFew(kept: Int) async throws {
    try await withWorld { world in
      let error = await #expect(throws: OrchestratorError.self) { try await world.engine.prune(keeping: kept) }
      #expect(
        error?.message == "at least 2 releases are kept, not \(kept): the one that serves, and the one before it")
    }
  }

  @Test("leaves an app alone at which somebody is, and says who; that is no problem")
  func busy() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.buildImage))
      let first = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      for dryRun in [true, false] {
        let pruned = try await world.engine.prune(dryRun: dryRun)
        #expect(pruned.done.texts == [] && pruned.problems.texts == [])
        #expect(pruned.busy.count == 1)
        #expect(pruned.busy.texts.first?.hasPrefix("'blog' v1 is being deployed by process") == true)
        #expect(pruned.busy.texts.first?.hasSuffix(", at 'build image': left to it") == true)
      }
      first.cancel()
      _ = await first.result
    }
  }
}
