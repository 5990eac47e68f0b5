import MetricsTestKit
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("What is counted of deployments")
struct SagaMetricsTests {
  @Test("is each step, and what became of the whole")
  func done() async throws {
    try await withWorld { world in
      let metrics = TestMetrics()
      try await Self.saga(in: world, metrics).run(
        { saga in _ = try await saga.run(Self.step()) }, stillServing: { nil })
      try #expect(metrics.expectCounter("orchestrator_steps_total", Self.dimensions("done")).totalValue == 1)
      try #expect(metrics.expectTimer("orchestrator_step_duration", Self.dimensions("done")).values.count == 1)
      try #expect(metrics.expectCounter("orchestrator_changes_total", [("outcome", "done")]).totalValue == 1)
      try #expect(metrics.expectTimer("orchestrator_change_duration", [("outcome", "done")]).values.count == 1)
    }
  }

  @Test("is also what failed, and was undone")
  func undone() async throws {
    try await withWorld { world in
      let metrics = TestMetrics()
      await #expect(throws: OrchestratorError.self) {
        try await Self.saga(in: world, metrics).run(
          { saga in _ = try await saga.run(Self.step(failing: true)) }, stillServing: { nil })
      }
      try #expect(metrics.expectCounter("orchestrator_steps_total", Self.dimensions("failed")).totalValue == 1)
      try #expect(metrics.expectCounter("orchestrator_changes_total", [("outcome", "undone")]).totalValue == 1)
    }
  }

  private static func dimensions(_ outcome: String) -> [(String, String)] {
    [("step", StepName.awaitHealthy.rawValue), ("outcome", outcome)]
  }

  private static func saga(in world: FakeWorld, _ metrics: TestMetrics) async throws -> Saga {
    let plan = try await world.store.addRelease(world.plan())
    let undo = world.engine.installation.steps({ _ in }).undo(of: plan)
    return Saga(undo: undo, journal: world.store, metrics: SagaMetrics(factory: metrics), report: { _ in })
  }

  private struct Looking: Step {
    let isFailing: Bool
    var id: DeploymentStep { DeploymentStep(.awaitHealthy) }
    func run() async throws { if isFailing { throw OrchestratorError(.unhealthy, "the test said so") } }
    func detail(of output: Void) -> String { "looked" }
  }

  private static func step(failing: Bool = false) -> Looking { Looking(isFailing: failing) }
}
