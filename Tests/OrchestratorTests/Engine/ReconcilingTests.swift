import Foundation
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorStore

@Suite("Bringing the machine to what the store says")
struct ReconcilingTests {
  @Test("starts what serves and does not run, and says so; a second time there is nothing to do")
  func brought() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      try await world.deploy(.shop)
      world.runtime.leave { $0.workloads = [:] }
      let outcome = try await world.engine.reconcile()
      #expect(outcome.done.texts == ["blog v1: it was started again", "shop v1: it was started again"])
      #expect(outcome.problems.texts == [])
      #expect(world.answering(.blog) == "orchestrator-blog-v1")
      try await #expect(world.engine.reconcile() == Reconciliation())
    }
  }

  @Test("starts an app on another port when a program that is not ours has taken its own, and sends its clients there")
  func takenPort() async throws {
    try await withWorld { world in
      let port = try #require(try await world.deploy().port)
      world.runtime.leave { $0.workloads = [:] }
      let listener = Listener(on: port)
      let outcome = try await world.engine.reconcile()
      let other = try #require(try await world.store.liveRelease(of: .blog)?.port)
      #expect(other != port)
      let done = try #require(outcome.done.texts.first)
      #expect(done.hasPrefix("blog v1: its port \(port) is in use by "))
      #expect(done.hasSuffix("so it listens on \(other) now: it was started again"))
      #expect(outcome.problems.texts == [])
      #expect(world.answering() == "orchestrator-blog-v1")
      try await #expect(world.engine.reconcile() == Reconciliation())
      withExtendedLifetime(listener) {}
    }
  }

  @Test("goes on sending clients to a port that something has, when the app cannot be started on another")
  func unseenEngine() async throws {
    try await withWorld { world in
      let port = try #require(try await world.deploy().port)
      // As where Docker is another engine than the one in which the app runs.
      world.runtime.leave { $0.workloads = [:] }
      let app = Listener(on: port)
      world.faults.plan(.failing, at: .running(.startWorkload))
      let outcome = try await world.engine.reconcile()
      #expect(outcome.problems.texts == ["blog v1: the test said so"])
      try await #expect(world.store.liveRelease(of: .blog)?.port == port)
      #expect(world.proxy.routes.map(\.internalPort) == [port])
      withExtendedLifetime(app) {}
    }
  }

  @Test("works when the clock was set back, as does everything else")
  func clock() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.store.write { db in
        try db.execute(
          sql: """
            UPDATE release SET createdAt = '2999-01-01 00:00:00.000', liveAt = '2999-01-01 00:00:00.000';
            UPDATE journal SET at = '2999-01-01 00:00:00.000';
            """)
      }
      try await #expect(world.engine.reconcile() == Reconciliation())
      try await world.deploy()
      #expect(world.answering() == "orchestrator-blog-v2")
      try await #expect(world.store.releases(of: .blog).map(\.state) == [.live, .retired])
      try await #expect(world.engine.list().map(\.release) == [.v(2)])
      try await world.engine.destroy(.blog)
      try await #expect(world.remains() == Remains())
    }
  }

  @Test("undoes what an interrupted deployment left")
  func interrupted() async throws {
    try await withWorld { world in
      let plan = try await world.store.addRelease(world.plan())
      world.runtime.leave { $0.images.insert(plan.only.image) }
      let outcome = try await world.engine.reconcile()
      #expect(outcome.done.texts == ["recovered: blog v1 was interrupted; undone"])
      #expect(world.runtime.now.images == [])
    }
  }

  @Test("removes what belongs to no release, and leaves what a release has")
  func orphans() async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      try await world.lose("gone")
      let number = try await world.store.addRelease(world.plan(), above: 8).release
      try await world.store.forget(number, of: .blog)
      world.runtime.leave {
        $0.images.insert("orchestrator/gone:v1")
        $0.workloads["orchestrator-gone-v1"] = .number(15099)
      }
      let lost = world.folder.path + "/releases/blog/\(number)"
      try FileManager.default.createDirectory(atPath: lost, withIntermediateDirectories: true)
      let dry = try await world.engine.reconcile(dryRun: true)
      // The fake runtime stands for both.
      #expect(
        Set(dry.done.texts) == [
          "would remove the image orchestrator/gone:v1, which belongs to no release",
          "would remove the container orchestrator-gone-v1, which belongs to no release",
          "would remove the folder \(lost), which belongs to no release",
        ])
      #expect(world.runtime.now.images.count == 2)
      let outcome = try await world.engine.reconcile()
      #expect(Set(outcome.done.texts) == Set(dry.done.texts.map { $0.replacing("would remove", with: "removed") }))
      try await #expect(world.remains() == before)
      #expect(!FileManager.default.fileExists(atPath: lost))
    }
  }

  @Test("only says what it would do when it is asked to")
  func dryRun() async throws {
    try await withWorld { world in
      try await world.deploy()
      _ = try await world.store.addRelease(world.plan(.shop))
      world.runtime.leave { $0.workloads = [:] }
      let outcome = try await world.engine.reconcile(dryRun: true)
      #expect(
        outcome.done.texts == [
          "blog v1: would be started", "shop v1: would be undone, as its deployment was interrupted",
        ])
      #expect(world.runtime.now.workloads == [:])
      try await #expect(world.store.releases(of: .shop).map(\.state) == [.preparing])
    }
  }

  @Test("finishes a destruction that was interrupted, instead of bringing the app back without a route")
  func halfDestroyed() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      // As far as somebody got who was killed: the route is gone, the release is not.
      try await world.store.setRoutes([], of: .blog)
      let outcome = try await world.engine.reconcile()
      #expect(outcome.done.texts.first == "recovered: the destruction of blog was interrupted; done")
      try await #expect(world.store.appNames() == [])
      let remains = try await world.remains()
      #expect(remains.workloads == [:] && remains.images == [] && remains.ports == [])
    }
  }

  @Test("stops what was to be retired when its deployment was killed")
  func notRetired() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      let plan = try await world.store.addRelease(world.plan())
      let port = try await world.store.reservePort(for: plan.onlyWorkload).port
      world.runtime.leave { $0.workloads[plan.onlyWorkload.name] = port }
      let row = try await world.store.commit(plan.release, of: .blog)
      try await world.store.setRoutes(row.routes, of: .blog)
      let outcome = try await world.engine.reconcile()
      #expect(outcome.problems.texts == [])
      #expect(
        outcome.done.texts.contains { $0.hasPrefix("blog v1: on ") && $0.hasSuffix(" drained") },
        "\(outcome.done.texts)")
      #expect(Array(world.runtime.now.workloads.keys) == [plan.onlyWorkload.name])
    }
  }

  @Test("passes over an app that somebody is at, says so, and brings the others back")
  func busy() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      try await world.deploy(.shop)
      world.runtime.leave { $0.workloads = [:] }
      try await #expect(world.store.acquireLease(of: .blog, for: .deploy) == nil)
      for (dryRun, done) in [(true, "shop v1: would be started"), (false, "shop v1: it was started again")] {
        let outcome = try await world.engine.reconcile(dryRun: dryRun)
        #expect(outcome.done.texts == [done] && outcome.problems.texts == [])
        #expect(outcome.busy.count == 1 && outcome.busy[0].text.hasPrefix("'blog' is being deployed by process"))
        #expect(outcome.busy[0].text.hasSuffix(": left to it"))
      }
      #expect(await !world.engine.diagnose().findings.contains { $0.subject == "order" && $0.level != .good })
      try await world.store.releaseLease(of: .blog)
    }
  }

  @Test(
    "an app whose supervisor is gone is given a new one by what recovers, and a deploy says so; looking gives it none")
  func tended() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      world.runtime.leave { $0.untended = ["orchestrator-blog-v1"] }
      _ = try await world.engine.list()
      _ = try await world.engine.status(of: .blog)
      #expect(world.runtime.now.untended == ["orchestrator-blog-v1"])
      await #expect(world.engine.recoverPending().texts == ["blog v1: it was tended"])
      #expect(world.runtime.now.untended == [])
      world.runtime.leave { $0.untended = ["orchestrator-blog-v1"] }
      try await world.deploy(.shop)
      #expect(world.runtime.now.untended == [])
      #expect(world.events.notes == ["blog v1: it was tended"])
    }
  }

  @Test(
    "releases that are too old since fewer are kept are removed, which is said before and after, also by the doctor")
  func fewerKept() async throws {
    try await withWorld { world in
      for _ in 1...3 { try await world.deploy() }
      let engine = world.engine { $0.keepReleases = 2 }
      let before = try await world.remains()
      let dry = try await engine.reconcile(dryRun: true)
      #expect(dry.done.texts == ["blog v1: would be removed, as the last 2 releases are kept"])
      let findings = await engine.diagnose().findings.filter { $0.subject == "order" }
      #expect(findings.map(\.message) == dry.done.texts && findings.allSatisfy(\.isFixable))
      try await #expect(world.remains() == before)
      try await #expect(engine.reconcile().done.texts == ["blog v1: removed, as the last 2 releases are kept"])
      try await #expect(world.store.releases(of: .blog).map(\.plan.release) == [.v(3), .v(2)])
      try await #expect(engine.reconcile() == Reconciliation())
    }
  }

  @Test("finishes in one run what was to be stopped and what is too old then, and the preview says both")
  func retiredAndTooOld() async throws {
    try await withWorld { world in
      let engine = world.engine { $0.keepReleases = 2 }
      for _ in 1...2 { try await engine.deploy(AppSpec(name: .blog, stack: "stub", source: world.source)) }
      // A third was committed, and its deployer killed before it could retire the second.
      let plan = try await world.store.addRelease(world.plan())
      let port = try await world.store.reservePort(for: plan.onlyWorkload).port
      world.runtime.leave { $0.workloads[plan.onlyWorkload.name] = port }
      let row = try await world.store.commit(plan.release, of: .blog)
      try await world.store.setRoutes(row.routes, of: .blog)
      let dry = try await engine.reconcile(dryRun: true).done.texts
      #expect(
        dry == [
          "blog v2: would be stopped, as another serves in its place",
          "blog v1: would be removed, as the last 2 releases are kept",
        ])
      let done = try await engine.reconcile().done.texts
      #expect(done.contains("blog v1: removed, as the last 2 releases are kept"), "\(done)")
      try await #expect(engine.reconcile() == Reconciliation())
      try await #expect(engine.reconcile(dryRun: true) == Reconciliation())
    }
  }
}
