import OrchestratorModel
import OrchestratorSystem
import OrchestratorStore

/// Runs steps one after the other, and undoes them all, last first, if one fails or the task is cancelled.
///
/// Each step is written to the journal before and after it runs, so that the next command can undo it as well after a crash.
package actor Saga {
  private let undo: Undo
  private let journal: any Journal
  private let report: EventSink
  private let metrics: SagaMetrics
  private var begun: [DeploymentStep] = []

  init(undo: Undo, journal: any Journal, metrics: SagaMetrics = SagaMetrics(), report: @escaping EventSink) {
    (self.undo, self.journal, self.metrics, self.report) = (undo, journal, metrics, report)
  }

  private var plan: DeploymentPlan { undo.plan }

  /// Runs `work`; whatever it throws, every step that it had begun is undone before the error is passed on.
  ///
  /// - Throws: ``OrchestratorError`` that says what was undone, and what could not be.
  package func run<Value: Sendable>(
    _ work: @Sendable (Saga) async throws -> Value, stillServing: @Sendable () async -> ReleaseNumber?
  ) async throws -> Value {
    let watch = Stopwatch()
    do {
      let value = try await work(self)
      metrics.changed(.done, in: watch.elapsed)
      return value
    } catch {
      // The undoing must go on when the deployment is cancelled: a task of its own is not.
      let rollback = await uncancelled { await self.undoAll() }
      metrics.changed(rollback.leftBehind.isEmpty ? .undone : .leftBehind, in: watch.elapsed)
      // What was ended because of the interruption may fail in any words.
      var failure = OrchestratorError.wrapping(Task.isCancelled ? CancellationError() : error)
      failure.rollback = rollback
      failure.rollback?.stillServing = await stillServing()
      throw failure
    }
  }

  /// Runs a step.
  package func run<S: Step>(_ step: S) async throws -> S.Output {
    try Task.checkCancellation()
    report(.stepBegan(step.id))
    begun.append(step.id)
    try await journal.note(.begun, step.id, of: plan.app, plan.release)
    let watch = Stopwatch()
    let output = try await metrics.timing(step.id.name) {
      try await FaultPoint.around("step \(step.id)") { try await step.run() }
    }
    try await journal.note(.done, step.id, of: plan.app, plan.release)
    report(.stepFinished(step.id, detail: step.detail(of: output), seconds: watch.seconds))
    try Task.checkCancellation()
    return output
  }

  /// Runs steps of one kind side by side, each for another component; when one fails the others are cancelled.
  ///
  /// - Returns: what they gave, in the order of `steps`.
  package func run<S: Step>(_ steps: [S]) async throws -> [S.Output] {
    try await withThrowingTaskGroup(of: (Int, S.Output).self) { group in
      for (index, step) in steps.enumerated() { group.addTask { (index, try await self.run(step)) } }
      var outputs: [(Int, S.Output)] = []
      for try await output in group { outputs.append(output) }
      return outputs.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func undoAll() async -> OrchestratorError.Rollback {
    await undo.undo(all: begun, journal: journal, report: report)
  }
}
