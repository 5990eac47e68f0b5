import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore

/// The stack of the fake world has four ports.
@Suite("Several instances of an app")
struct ScalingTests {
  @Test("are deployed side by side, each with a port of its own")
  func deployed() async throws {
    try await withWorld { world in
      let release = try await world.deploy(instances: 3)
      #expect(release.components[0].instances == 3 && release.components[0].ports.count == 3)
      let remains = try await world.remains()
      #expect(
        remains.workloads.keys.sorted() == [
          "orchestrator-blog-v1", "orchestrator-blog-v1_2", "orchestrator-blog-v1_3",
        ])
      #expect(remains.images == ["orchestrator/blog:v1"])
      #expect(remains.routesInForce.map(\.instance) == [1, 2, 3])
      #expect(Set(remains.routesInForce.map(\.internalPort)) == Set(remains.workloads.values))
    }
  }

  @Test("are added and taken away while the others serve; the number stays with the next release")
  func scaled() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.scale(to: Scale(3))
      #expect(world.runtime.now.workloads.count == 3 && world.proxy.routes.count == 3)
      #expect(world.runtime.now.kept.count == 3)
      try await world.scale(to: Scale(2))
      #expect(world.runtime.now.workloads.keys.sorted() == ["orchestrator-blog-v1", "orchestrator-blog-v1_2"])
      #expect(try await world.remains().ports.count == 2)
      #expect(world.runtime.now.removedWhileServing == [])
      let second = try await world.deploy()
      #expect(second.components[0].instances == 2)
      #expect(world.runtime.now.workloads.keys.sorted() == ["orchestrator-blog-v2", "orchestrator-blog-v2_2"])
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("of which two releases do not find room side by side follow when the ports of the one before are free")
  func narrowRange() async throws {
    try await withWorld { world in
      try await world.deploy(instances: 3)
      try await world.deploy()
      #expect(
        world.runtime.now.workloads.keys.sorted() == [
          "orchestrator-blog-v2", "orchestrator-blog-v2_2", "orchestrator-blog-v2_3",
        ])
      #expect(world.proxy.routes.map(\.instance) == [1, 2, 3])
      #expect(world.runtime.now.removedWhileServing == [])
      #expect(world.events.notes.contains { $0.contains("instance 3 of 'blog' finds no free port") })
      #expect(try await world.engine.reconcile() == Reconciliation())
    }
  }

  @Test("that have all ports of the range give way one by one to those of the next release", arguments: [true, false])
  func noSpare(succeeds: Bool) async throws {
    try await withWorld { world in
      try await world.deploy(instances: 4)
      if !succeeds {
        world.faults.plan(.failing, at: .running(.startWorkload))
        await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      } else {
        try await world.deploy()
      }
      let release = succeeds ? "v2" : "v1"
      #expect(
        world.runtime.now.workloads.keys.sorted()
          == ["", "_2", "_3", "_4"].map { "orchestrator-blog-\(release)\($0)" })
      #expect(world.proxy.routes.map(\.instance) == [1, 2, 3, 4])
      #expect(world.runtime.now.removedWhileServing == [])
      #expect(world.events.notes.contains { $0.contains("instance 3 of 'blog', instance 4 of 'blog' give way") })
    }
  }

  @Test("that gave way and have not ended yet are not started again beside themselves")
  func stillEnding() async throws {
    try await withWorld { world in
      try await world.deploy(instances: 3)
      let live = try #require(try await world.store.liveRelease(of: .blog))
      // Somebody was killed who was taking the last one away, and it cannot be stopped.
      let serving = live.plan.workloads.dropLast()
      _ = try await world.store.setWorkloads(live.plan, serving: Array(serving))
      world.faults.plan(.failing, at: .undoing(.startWorkload))
      let outcome = try await world.engine.reconcile()
      #expect(
        outcome.problems.texts.contains { $0.contains("instance 3 of 'blog', which is to be stopped first") },
        "\(outcome)")
      #expect(try await world.remains().ports.count == 3)
      _ = try await world.engine.reconcile()
      #expect(world.proxy.routes.map(\.instance) == [1, 2, 3])
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("beyond the range of ports are refused, and nothing has changed")
  func tooMany() async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      let error = await #expect(throws: OrchestratorError.self) { try await world.scale(to: Scale(9)) }
      #expect(error?.code == .portsExhausted && error?.rollback?.stillServing == .v(1))
      #expect(try await world.remains() == before)
      #expect(try await world.engine.status(of: .blog).instances.count == 1)
    }
  }

  @Test("of which one is not well are not added, and nothing has changed")
  func unhealthy() async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      world.faults.plan(.failing, at: .running(.startWorkload))
      let error = await #expect(throws: OrchestratorError.self) { try await world.scale(to: Scale(3)) }
      #expect(error?.rollback?.leftBehind == [] && error?.rollback?.stillServing == .v(1))
      #expect(try await world.remains() == before)
    }
  }

  @Test("that somebody was adding who was killed are taken away by whoever comes next", arguments: [false, true])
  func interrupted(switched: Bool) async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      let live = try #require(try await world.store.liveRelease(of: .blog))
      let second = live.plan.only.workload(2)
      let port = try await world.store.reservePort(for: second).port
      world.runtime.leave { $0.workloads[second.name] = port }
      if switched {
        try await world.store.setRoutes(live.routes + [second.route(to: port)], of: .blog)
        _ = try await world.proxy.apply(.restore)
      }
      await world.engine.recoverPending()
      #expect(try await world.remains() == before)
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("are removed to the last when the app is destroyed")
  func destroyed() async throws {
    try await withWorld { world in
      try await world.deploy(instances: 3)
      try await world.engine.destroy(.blog)
      #expect(try await world.remains() == Remains())
    }
  }

  @Test("are shown one by one, those that are missing too")
  func shown() async throws {
    try await withWorld { world in
      try await world.deploy(instances: 3)
      world.runtime.leave { $0.workloads["orchestrator-blog-v1_2"] = nil }
      let status = try await world.engine.status(of: .blog)
      #expect(status.instances.map(\.number) == [1, 2, 3])
      #expect(status.instances.map(\.state) == [.running, .missing, .running] && status.state == .running)
      let outcome = try await world.engine.reconcile()
      #expect(outcome.done.texts.contains { $0.contains("blog v1 2: it was started again") }, "\(outcome)")
    }
  }

  @Test(
    "are asked for by a number from 1 to 64, or of a component that there is",
    arguments: [["0"], ["65"], ["many"], ["api=x"]])
  func wrongNumber(texts: [String]) async throws {
    #expect(throws: OrchestratorError.self) { try Scale(parsing: texts) }
  }

  @Test("of single components are asked for by name; pages that are served have none")
  func ofComponents() async throws {
    try await withWorld { world in
      try await world.deployPair()
      let error = await #expect(throws: OrchestratorError.self) {
        try await world.scale(.shop, to: Scale(parsing: ["worker=2"]))
      }
      #expect(error?.code == .notFound && error?.hint == "it has api, web")
      let scaled = try await world.scale(.shop, to: Scale(parsing: ["api=2"]))
      #expect(scaled.components.map(\.instances) == [2, 1])
      #expect(world.proxy.routes.map(\.role) == [.backend, .backend, .frontend])
    }
  }
}
