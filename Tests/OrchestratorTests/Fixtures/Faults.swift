import Synchronization

@testable import Orchestrator

/// What is to go wrong in a ``FakeWorld``, and when; each fault strikes once.
final class Faults: Sendable {
  enum Moment: Hashable, Sendable {
    case running(StepName), undoing(StepName)
  }

  enum Kind: Sendable {
    /// Fails when the work is already done: the worst moment.
    case failing
    /// Never comes back, unless the task is cancelled.
    case hanging
  }

  private let planned = Mutex<[Moment: [Kind]]>([:])
  private let hangs = AsyncStream.makeStream(of: Moment.self)

  func plan(_ kind: Kind, at moment: Moment) {
    planned.withLock { $0[moment, default: []].append(kind) }
  }

  func strike(_ moment: Moment) async throws {
    let kind = planned.withLock { planned -> Kind? in
      guard let kind = planned[moment]?.first else { return nil }
      planned[moment]?.removeFirst()
      return kind
    }
    switch kind {
    case nil: return
    case .failing: throw OrchestratorError(.unexpected, "the test said so")
    case .hanging:
      hangs.continuation.yield(moment)
      try await waitForCancellation()
    }
  }

  /// Returns when something hangs.
  func untilSomethingHangs() async {
    for await _ in hangs.stream { return }
  }

  private func waitForCancellation() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    continuation.finish()
    throw CancellationError()
  }
}
