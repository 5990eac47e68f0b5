import Synchronization

/// The lines of output that wait for their reader, who may be slow, or not read at all: so much of them as can be held in memory, and no
/// more.
final class WaitingLines: Sendable {
  private struct Counts {
    var bytes = 0
    var leftOut = 0
  }

  private let limit: Int
  private let counts = Mutex(Counts())

  /// - Parameter limit: how many bytes may wait.
  init(limit: Int = 16 << 20) { self.limit = limit }

  /// What is to wait from now on for a line that has come: the line, behind a word on those that were left out before it; or nothing, when
  /// there is no room. Once that was so, half of the room must be free again.
  func add(_ line: String) -> [String] {
    counts.withLock { counts in
      guard counts.bytes + line.utf8.count <= (counts.leftOut > 0 ? limit / 2 : limit) else {
        counts.leftOut += 1
        return []
      }
      let lines = counts.leftOut > 0 ? ["… (\(counts.leftOut) lines left out)", line] : [line]
      counts = Counts(bytes: counts.bytes + lines.reduce(0) { $0 + $1.utf8.count })
      return lines
    }
  }

  /// A line has found its reader.
  func remove(_ line: String) { counts.withLock { $0.bytes -= line.utf8.count } }
}
