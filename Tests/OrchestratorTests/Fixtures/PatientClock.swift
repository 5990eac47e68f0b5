import Synchronization

/// A clock on which every pause is over at once, and is remembered.
final class PatientClock: Clock {
  private let pauses = Mutex<[Duration]>([])

  var now: ContinuousClock.Instant { .now }
  var minimumResolution: Duration { .zero }

  /// The longest pause that was made.
  var longest: Duration { pauses.withLock { $0.max() ?? .zero } }

  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    pauses.withLock { $0.append(ContinuousClock.now.duration(to: deadline)) }
    await Task.yield()
  }
}
