import Synchronization

@testable import Orchestrator
@testable import OrchestratorModel

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

  private struct Fault: Sendable {
    let kind: Kind
    let moment: Moment
    /// The component that it strikes; nil strikes any.
    let component: ComponentName?
  }

  private let planned = Mutex<[Fault]>([])
  private let hangs = AsyncStream.makeStream(of: Moment.self)

  func plan(_ kind: Kind, at moment: Moment, of component: ComponentName? = nil) {
    planned.withLock { $0.append(Fault(kind: kind, moment: moment, component: component)) }
  }

  func strike(_ moment: Moment, of component: ComponentName? = nil) async throws {
    let kind = planned.withLock { planned -> Kind? in
      let index = planned.firstIndex { $0.moment == moment && ($0.component == nil || $0.component == component) }
      return index.map { planned.remove(at: $0).kind }
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
