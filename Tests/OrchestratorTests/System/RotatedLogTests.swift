import Foundation
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("A log that is kept within bounds")
struct RotatedLogTests {
  private func log(_ folder: TemporaryFolder, limit: Int = 20) -> RotatedLog {
    var log = RotatedLog(folder("app.log"))
    log.limit = limit
    return log
  }

  @Test("is for its owner only, and written at its end")
  func opened() throws {
    try withTemporaryFolder { folder in
      let log = log(folder)
      for line in ["one\n", "two\n"] { try log.open().write(contentsOf: Data(line.utf8)) }
      #expect(log.lines() == ["one", "two"])
      #expect(permissions(of: log.path) == 0o600)
    }
  }

  @Test("moves on when it is too large, and the writer goes on where it was; the oldest file goes")
  func rotated() throws {
    try withTemporaryFolder { folder in
      let log = log(folder)
      let writer = try log.open()
      for number in 1...5 {
        try writer.write(contentsOf: Data("line \(number) is longer than the limit\n".utf8))
        log.rotateIfNeeded()
        try #expect(folder.text(of: "app.log") == "")
      }
      try writer.write(contentsOf: Data("short\n".utf8))
      log.rotateIfNeeded()
      #expect(log.lines() == ["line 4 is longer than the limit", "line 5 is longer than the limit", "short"])
      #expect(!folder.has("app.log.3"))
      #expect(permissions(of: folder("app.log.1")) == 0o600)
    }
  }

  @Test("gives its last lines from as many files as that takes")
  func tail() throws {
    try withTemporaryFolder { folder in
      try folder.write(["app.log.2": "1\n2\n", "app.log.1": "3\n4\n", "app.log": "5\n6"])
      let log = log(folder)
      #expect(log.lines(last: 1) == ["6"])
      #expect(log.lines(last: 3) == ["4", "5", "6"])
      #expect(log.lines(last: 0) == [])
      #expect(log.lines() == ["1", "2", "3", "4", "5", "6"])
      #expect(log.lines(last: 2, upTo: 2) == ["4", "5"])
    }
  }

  @Test("is nil when there is none")
  func absent() throws { try withTemporaryFolder { folder in #expect(log(folder).lines() == nil) } }

  @Test("is followed line by line, over a rotation, until nobody writes any more", .timeLimit(.minutes(1)))
  func followed() async throws {
    try await withTemporaryFolder { folder in
      let log = log(folder)
      let writer = try log.open()
      try writer.write(contentsOf: Data("before\n".utf8))
      let isWritten = Mutex(true)
      let (lines, found) = AsyncStream.makeStream(of: String.self)
      let start = log.size
      try writer.write(contentsOf: Data("first, and too long\nsecond\n".utf8))
      let following = Task {
        try await log.follow(from: start, { found.yield($0) }, while: { isWritten.withLock { $0 } })
        found.finish()
      }
      var iterator = lines.makeAsyncIterator()
      #expect(await iterator.next() == "first, and too long")
      #expect(await iterator.next() == "second")
      log.rotateIfNeeded()
      try writer.write(contentsOf: Data("after\nhalf".utf8))
      #expect(await iterator.next() == "after")
      isWritten.withLock { $0 = false }
      #expect(await iterator.next() == nil)
      try await following.value
    }
  }
}
