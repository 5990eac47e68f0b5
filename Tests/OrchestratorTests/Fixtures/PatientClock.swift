import Synchronization

/// A clock on which every pause is over at once, and is remembered: it goes on by what is slept, and by nothing else.
final class PatientClock: Clock {
  private struct State {
    var now = ContinuousClock.Instant.now
    var pauses: [Duration] = []
  }

  private let state = Mutex(State())

  var now: ContinuousClock.Instant { state.withLock { $0.now } }
  var minimumResolution: Duration { .zero }

  /// The longest pause that was made.
  var longest: Duration { state.withLock { $0.pauses.max() ?? .zero } }

  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    state.withLock { state in
      state.pauses.append(state.now.duration(to: deadline))
      state.now = max(state.now, deadline)
    }
    try Task.checkCancellation()
    await Task.yield()
  }
}
