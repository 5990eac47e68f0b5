/// How long a process that ends again and again is left alone before it is started again: longer each time.
struct RestartBackoff {
  /// A run that was longer than this did not fail at its start.
  static let settled: Duration = .seconds(10)
  private static let shortestPause: Duration = .milliseconds(100)
  private static let longestPause: Duration = .seconds(30)

  /// How often in a row the process ended soon after its start.
  private var failuresInARow = 0

  /// The process ended, having run for so long.
  mutating func ended(after time: Duration) { failuresInARow = time < Self.settled ? failuresInARow + 1 : 1 }

  /// The pause before the next start; none before the first.
  var pause: Duration {
    guard failuresInARow > 0 else { return .zero }
    return min(Self.shortestPause * (1 << min(failuresInARow - 1, 10)), Self.longestPause)
  }
}
