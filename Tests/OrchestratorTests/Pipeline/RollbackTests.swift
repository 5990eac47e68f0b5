import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorStore

@Suite("When a deployment fails")
struct RollbackTests {
  @Test("nothing of a first release is left behind, whatever step fails", arguments: StepName.allCases)
  func firstRelease(step: StepName) async throws {
    try await withWorld { world in
      let cause = world.fail(at: step)
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      withExtendedLifetime(cause) {}
      #expect(error?.rollback?.leftBehind == [])
      #expect(error?.rollback?.stillServing == nil)
      try await #expect(world.remains() == Remains())
      try await #expect(world.store.releases(of: .blog).map(\.state) == [.failed])
    }
  }

  @Test("the release that served still serves, along the same route, whatever step fails", arguments: StepName.allCases)
  func redeployment(step: StepName) async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      let cause = world.fail(at: step)
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      withExtendedLifetime(cause) {}
      #expect(error?.rollback?.stillServing == .v(1))
      #expect(error?.rollback?.release == .v(2))
      try await #expect(world.remains() == before)
      #expect(world.answering() == "orchestrator-blog-v1")
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("the steps that had begun are undone, last first, and no others", arguments: StepName.allCases)
  func order(step: StepName) async throws {
    try await withWorld { world in
      let cause = world.fail(at: step)
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      withExtendedLifetime(cause) {}
      let begun = StepName.allCases.prefix { $0 != step } + [step]
      #expect(error?.rollback?.undone == begun.reversed().map(\.rawValue))
      let undone = try await world.store.journal(of: .blog, .v(1)).filter { $0.phase == .undone }
      #expect(undone.map(\.step) == begun.reversed())
    }
  }

  @Test("the numbers of releases that failed are not given again")
  func numbers() async throws {
    try await withWorld { world in
      for step in [StepName.buildImage, .startWorkload] {
        _ = world.fail(at: step)
        await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      }
      try await #expect(world.deploy().number == .v(3))
    }
  }

  @Test("what the app printed is kept with the release that failed")
  func appLog() async throws {
    try await withWorld { world in
      world.runtime.workloadsAre(WorkloadState(phase: .exited, exitCode: 3), printing: ["no database"])
      await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      var lines: [String] = []
      for try await line in try await world.engine.logs(of: .blog) { lines.append(line) }
      #expect(lines == ["no database"])
    }
  }
}
