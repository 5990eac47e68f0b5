import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

@Suite("A log that we write")
struct LogFileTests {
  @Test("is within the bounds of every log, however much a build prints, and has its last line")
  func bounded() throws {
    try withTemporaryFolder { folder in
      let log = try LogFile(folder("release/build.log"))
      let line = String(repeating: "x", count: LineSplitter.longest)
      for _ in 1...1000 { log.append(line) }
      log.append("the last line")
      let files = FileManager.default.children(of: folder("release"))
      #expect(files.count == 3 && files.allSatisfy { permissions(of: $0) == 0o600 })
      #expect(files.reduce(0) { $0 + RotatedLog($1).size } <= 30 << 20)
      #expect(RotatedLog(folder("release/build.log")).lines(last: 2)?.last == "the last line")
    }
  }

  @Test("begins anew: nothing of one before is left")
  func anew() throws {
    try withTemporaryFolder { folder in
      try folder.write(["build.log.2": "a\n", "build.log.1": "b\n", "build.log": "c\n"])
      try LogFile(folder("build.log")).append("d")
      #expect(RotatedLog(folder("build.log")).lines() == ["d"])
    }
  }

  @Test("whose folder cannot be made or written to is said")
  func unwritable() {
    #expect(throws: (any Error).self) { try LogFile("/proc/none/build.log") }
  }
}

@Suite("The last lines of an output, for a message")
struct TailTests {
  @Test("are as many as were asked for, and none is longer than a person reads")
  func lines() {
    var tail = Tail(limit: 2)
    for line in ["one", "two", String(repeating: "x", count: 5000)] { tail.append(line) }
    #expect(tail.lines == ["two", String(repeating: "x", count: 1000) + " … (4.0 kB left out)"])
  }
}
