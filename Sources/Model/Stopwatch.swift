/// Tells how long ago something began, by a clock.
package struct Stopwatch: Sendable {
  private let sinceStart: @Sendable () -> Duration

  /// Begins now, by the clock on the wall.
  package init() { self = ContinuousClock().stopwatch }

  fileprivate init(_ sinceStart: @escaping @Sendable () -> Duration) { self.sinceStart = sinceStart }

  package var elapsed: Duration { sinceStart() }

  /// The same in seconds.
  package var seconds: Double { elapsed.seconds }
}

extension Clock<Duration> {
  /// A stopwatch that begins now, by this clock.
  package var stopwatch: Stopwatch {
    let start = now
    return Stopwatch { start.duration(to: now) }
  }
}
