import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("When a step cannot be undone")
struct IncompleteRollbackTests {
  @Test("the others are undone all the same, and the error says what is left")
  func reported() async throws {
    try await withWorld { world in
      world.faults.plan(.failing, at: .undoing(.startWorkload))
      _ = world.fail(at: .switchRoute)
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      #expect(error?.rollback?.leftBehind == ["start workload: the test said so"])
      #expect(error?.rollback?.undone == ["switch route", "await healthy", "build image", "reserve port"])
      let remains = try await world.remains()
      #expect(remains.images.isEmpty && remains.ports.isEmpty && remains.routesInForce.isEmpty)
    }
  }

  @Test("the event of the step says why")
  func event() async throws {
    try await withWorld { world in
      world.faults.plan(.failing, at: .undoing(.buildImage))
      _ = world.fail(at: .buildImage)
      await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      #expect(world.events.all.contains(.stepUndone(.buildImage, failure: "the test said so")))
      #expect(world.events.all.contains(.stepUndone(.reservePort, failure: nil)))
    }
  }

  @Test("a release to which clients may still be sent is left alone; the next deployment undoes it")
  func routeNotBack() async throws {
    try await withWorld { world in
      for _ in 1...2 { world.faults.plan(.failing, at: .running(.switchRoute)) }
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      #expect(error?.rollback?.leftBehind == ["switch route: the test said so"])
      #expect(error?.rollback?.undone == [])
      #expect(Array(world.runtime.now.workloads.keys) == ["orchestrator-blog-v1"])
      try await world.deploy()
      #expect(Array(world.runtime.now.workloads.keys) == ["orchestrator-blog-v2"])
    }
  }

  @Test("the next deployment of the app undoes it", arguments: [StepName.buildImage, .startWorkload])
  func nextDeployment(step: StepName) async throws {
    try await withWorld { world in
      world.faults.plan(.failing, at: .undoing(step))
      _ = world.fail(at: .switchRoute)
      await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      try await world.deploy()
      let remains = try await world.remains()
      #expect(remains.images == ["orchestrator/blog:v2"])
      #expect(Array(remains.workloads.keys) == ["orchestrator-blog-v2"])
      #expect(remains.ports.count == 1)
    }
  }

  @Test("the app is shown as failed, not as being deployed")
  func status() async throws {
    try await withWorld { world in
      world.faults.plan(.failing, at: .undoing(.startWorkload))
      _ = world.fail(at: .switchRoute)
      await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      try await #expect(world.engine.status(of: .blog).state == .failed)
    }
  }
}
