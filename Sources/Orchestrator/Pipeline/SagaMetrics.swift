import Metrics
import OrchestratorModel

/// What is counted and timed of each change of what serves (a deployment, a scaling, and a scaling that a deployment needs), for who embeds the library; nothing unless they install a backend of swift-metrics.
struct SagaMetrics: Sendable {
  private let factory: any MetricsFactory

  init(factory: any MetricsFactory = MetricsSystem.factory) { self.factory = factory }

  /// What became of all that a saga began.
  enum Outcome: String {
    case done, undone
    /// Not all of it could be undone; the next command does.
    case leftBehind = "left_behind"
  }

  /// Notes that a saga is over: `orchestrator_changes_total` and `orchestrator_change_duration`, by `outcome`.
  func changed(_ outcome: Outcome, in time: Duration) {
    record("orchestrator_changes_total", "orchestrator_change_duration", [("outcome", outcome.rawValue)], time)
  }

  /// Does what a step does, and notes it: `orchestrator_steps_total` and `orchestrator_step_duration`, by `step` and `outcome`, which is
  /// `done` or `failed`.
  func timing<Value>(_ step: StepName, _ work: () async throws -> Value) async throws -> Value {
    let watch = Stopwatch()
    let result = await Result(catching: work)
    let outcome = if case .success = result { "done" } else { "failed" }
    record(
      "orchestrator_steps_total", "orchestrator_step_duration", [("step", step.rawValue), ("outcome", outcome)],
      watch.elapsed)
    return try result.get()
  }

  private func record(_ counter: String, _ timer: String, _ dimensions: [(String, String)], _ time: Duration) {
    Counter(label: counter, dimensions: dimensions, factory: factory).increment()
    Metrics.Timer(label: timer, dimensions: dimensions, factory: factory).record(duration: time)
  }
}
