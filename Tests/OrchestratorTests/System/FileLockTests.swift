import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("A lock on a file")
struct FileLockTests {
  @Test("is held by one at a time")
  func excludes() async throws {
    try await withTemporaryFolder { folder in
      let path = folder("lock")
      let gauge = Gauge()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 1...8 {
          group.addTask {
            try await FileLock.withLock(path, clock: .continuous) {
              gauge.enter()
              await Task.yield()
              gauge.leave()
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(gauge.most == 1)
    }
  }

  /// Counts how many are inside at once.
  private final class Gauge: Sendable {
    private let count = Mutex((now: 0, most: 0))

    var most: Int { count.withLock { $0.most } }

    func enter() { count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func leave() { count.withLock { $0.now -= 1 } }
  }

  @Test("is given back when the work fails")
  func failure() throws {
    try withTemporaryFolder { folder in
      #expect(throws: CancellationError.self) { try FileLock.withLock(folder("lock")) { throw CancellationError() } }
      try #expect(FileLock.withLock(folder("lock")) { 7 } == 7)
    }
  }

  @Test("is not waited for any more when the task is cancelled")
  func cancelled() async throws {
    try await withTemporaryFolder { folder in
      let path = folder("lock")
      try await FileLock.withLock(path, clock: .continuous) {
        let waiting = Task { try await FileLock.withLock(path, clock: .continuous) {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
      }
    }
  }

  @Test(
    "is not waited for any more when the task is cancelled, also where that keeps a thread", .timeLimit(.minutes(1)))
  func cancelledThread() async throws {
    try await withTemporaryFolder { folder in
      let path = folder("lock")
      try await FileLock.withLock(path, clock: .continuous) {
        let waiting = Task { try FileLock.withLock(path) {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
      }
    }
  }

  @Test("is not ours when the file that we opened is another's by now: the folder was removed, and made anew")
  func exchanged() async throws {
    try await withTemporaryFolder { folder in
      let path = try folder.write("lock")
      let outcome = try await FileLock.withLockIfAvailable(path) { () -> Bool? in
        try folder.remove("lock")
        return try await FileLock.withLockIfAvailable(path) { true }
      }
      #expect(outcome == .some(true))
    }
  }

  @Test("in a folder that does not exist is an error")
  func noFolder() {
    #expect(throws: FileLock.Failure.self) { try FileLock.withLock("/nowhere/lock") {} }
  }
}
