import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("When a deployment is cancelled")
struct CancellationTests {
  private static let hangingSteps: [StepName] = [.buildImage, .startWorkload, .awaitHealthy, .switchRoute]

  @Test("all that was made is undone, and the lease is given back", arguments: hangingSteps)
  func whileAStepRuns(step: StepName) async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      world.faults.plan(.hanging, at: .running(step))
      let deployment = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      deployment.cancel()
      let error = await #expect(throws: OrchestratorError.self) { try await deployment.value }
      #expect(error?.code == .cancelled)
      #expect(error?.rollback?.leftBehind == [])
      try await #expect(world.remains() == before)
      #expect(world.answering() == "orchestrator-blog-v1")
      try await #expect(world.deploy().state == .live)
    }
  }

  @Test("it makes no difference when exactly", arguments: StepName.allCases, [true, false])
  func betweenSteps(step: StepName, atItsBeginning: Bool) async throws {
    try await withWorld { world in
      let plan = try await world.store.addRelease(world.plan())
      let steps = world.steps { event in
        let isTheMoment =
          switch event {
          case .stepBegan(let begun) where begun.name == step: atItsBeginning
          case .stepFinished(let finished, _, _) where finished.name == step: !atItsBeginning
          default: false
          }
        if isTheMoment { withUnsafeCurrentTask { $0?.cancel() } }
      }
      let deployment = Task {
        try await steps.undoingFailure(of: plan) { saga in
          let placed = try await steps.reservePorts(for: plan, saga)
          try await steps.build(plan.components, saga)
          try await steps.start(placed, saga)
          try await steps.switchRoutes(to: placed, of: plan, saga)
          return try await steps.commit(plan)
        }
      }
      let error = await #expect(throws: OrchestratorError.self) { try await deployment.value }
      #expect(error?.code == .cancelled)
      try await #expect(world.remains() == Remains())
    }
  }

  @Test("that is the error, whatever else failed because of it")
  func otherWords() async throws {
    try await withWorld { world in
      let saga = Saga(undo: world.steps({ _ in }).undo(of: try world.plan()), journal: world.store) { _ in }
      let work = Task {
        try await saga.run(
          { _ in
            withUnsafeCurrentTask { $0?.cancel() }
            throw OrchestratorError(.buildFailed, "docker build exited 130")
          }, stillServing: { nil })
      }
      let error = await #expect(throws: OrchestratorError.self) { try await work.value }
      #expect(error?.code == .cancelled && error?.message == "interrupted")
    }
  }

  @Test("the observer sees how it is undone")
  func observer() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.startWorkload))
      let deployment = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      deployment.cancel()
      _ = await deployment.result
      #expect(
        world.events.all.suffix(3)
          == [DeploymentStep.startWorkload, .buildImage, .reservePort].map { .stepUndone($0, failure: nil) })
    }
  }
}

extension FakeWorld {
  fileprivate func steps(_ report: @escaping EventSink) -> DeploymentSteps {
    DeploymentSteps(
      store: store, runtimes: runtimes, proxy: proxy, probe: HealthProbe(transport: network), folder: folder,
      buildSlots: BuildSlots(store: store, limit: 1),
      diskPreflight: DiskPreflight(store: store, runtimes: runtimes, folder: folder, reserved: 0), report: report)
  }
}
