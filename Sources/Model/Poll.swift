/// Asks `holds` again and again, until it is true or `limit` is over; it is asked at least once.
///
/// - Parameter heedsCancellation: whether a cancelled task gives up. What ends or undoes something does not.
/// - Returns: whether it became true.
/// - Throws: what `holds` throws, or `CancellationError`.
package func poll(
  every pause: Duration, atMost limit: Duration, clock: any Clock<Duration> = .continuous,
  heedsCancellation: Bool = true, until holds: () async throws -> Bool
) async throws -> Bool {
  let watch = clock.stopwatch
  while try await !holds() {
    if watch.elapsed > limit { return false }
    if heedsCancellation {
      try await clock.sleep(for: pause)
    } else {
      await uncancelled { try? await clock.sleep(for: pause) }
    }
  }
  return true
}

/// The same for a question that cannot fail, in work that goes to its end also when its task is cancelled.
package func pollToTheEnd(
  every pause: Duration, atMost limit: Duration, until holds: () async -> Bool
) async -> Bool {
  // With a question that does not throw, and no cancellation to be heeded, nothing is thrown.
  (try? await poll(every: pause, atMost: limit, heedsCancellation: false, until: holds)) ?? false
}
