import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("A log whose program does what it likes", .timeLimit(.minutes(1)))
struct LogRotationTests {
  private func log(_ folder: TemporaryFolder, limit: Int) -> RotatedLog {
    var log = RotatedLog(folder("app.log"))
    (log.limit, log.fullLimit) = (limit, limit * 2)
    return log
  }

  /// Runs a program to its end, which gets the log's path as `$1`.
  private func run(_ script: String, _ log: RotatedLog) async throws {
    let status = try await ChildProcessRunner().run(Command("sh", ["-c", script, "sh", log.path])) { _ in }
    #expect(status == 0)
  }

  /// Runs a program, and looks at the log again and again until it has ended, and once more.
  private func run(_ script: String, lookingAt log: RotatedLog) async throws {
    try await withThrowingTaskGroup { group in
      group.addTask { try await run(script, log) }
      group.addTask {
        while !Task.isCancelled {
          log.rotateIfNeeded()
          try? await Task.sleep(for: .milliseconds(5))
        }
      }
      try await group.next()
      group.cancelAll()
    }
    log.rotateIfNeeded()
  }

  /// How much of the disk the log's files take.
  private func disk(_ log: RotatedLog) -> Int {
    log.files.reduce(0) { sum, file in
      var facts = stat()
      return stat(file, &facts) == 0 ? sum + Int(facts.st_blocks) * 512 : sum
    }
  }

  @Test("keeps the newest lines, whole ones, and says what it leaves out")
  func newest() throws {
    try withTemporaryFolder { folder in
      let log = log(folder, limit: 10_000)
      try log.open().write(contentsOf: Data((1...10_000).map { "line \($0)\n" }.joined().utf8))
      log.rotateIfNeeded()
      let lines = try #require(log.lines())
      let numbers = lines.dropFirst().map { Int($0.dropFirst(5)) ?? 0 }
      #expect(lines.first?.wholeMatch(of: /… \([\d.]+ kB left out\)/) != nil, "\(lines.first ?? "")")
      #expect(numbers == Array((10_001 - numbers.count)...10_000))
      #expect(numbers.count > 1500 && disk(log) < 40_000)
    }
  }

  @Test("loses no line that is written meanwhile, where the file system can take bytes out of the front of a file")
  func complete() async throws {
    try await withTemporaryFolder { folder in
      var log = log(folder, limit: 20_000)
      log.fullLimit = 10 << 20
      log.kept = 1000
      try await run("for i in $(seq 20000); do echo line $i; done >> \"$1\"", lookingAt: log)
      let lines = try #require(log.lines())
      #expect(lines.last == "line 20000")
      let mayLose = try !canRemoveFirst(in: folder)
      #expect(mayLose || lines == (1...20_000).map { "line \($0)" })
    }
  }

  private func canRemoveFirst(in folder: TemporaryFolder) throws -> Bool {
    try folder.write("try", String(repeating: "x", count: 100_000))
    let file = try #require(OpenLog(folder("try"), forChange: true))
    return file.removeFirst(file.removable(of: file.size))
  }

  @Test("stays within its bounds however fast it is written, and has the last line")
  func fast() async throws {
    try await withTemporaryFolder { folder in
      let log = log(folder, limit: 1 << 20)
      try await run(
        "{ yes 'as fast as it can' | head -c 300000000; echo; echo the last line; } >> \"$1\"", lookingAt: log)
      #expect(log.lines(last: 3)?.first == "as fast as it can" && log.lines(last: 1) == ["the last line"])
      #expect(disk(log) < 4 << 20)
    }
  }

  @Test("is read at once, whatever its length, when its program stretches it again and again")
  func stretched() async throws {
    try await withTemporaryFolder { folder in
      let log = log(folder, limit: 1 << 20)
      try log.open().write(contentsOf: Data("one\ntwo\nthree\n".utf8))
      try await run("for i in $(seq 20); do truncate --size 3G \"$1\"; done", lookingAt: log)
      #expect(log.size == 3 << 30)
      #expect(log.lines(last: 2) == ["two", "three"])
      try log.open().write(contentsOf: Data("four\n".utf8))
      #expect(log.lines() == ["one", "two", "three", "four"])
      #expect(disk(log) < 1 << 20)
    }
  }

  @Test("gives back what its program has set aside on the disk", arguments: ["", "--keep-size"])
  func setAside(option: String) async throws {
    try await withTemporaryFolder { folder in
      let log = log(folder, limit: 1 << 20)
      try log.open().write(contentsOf: Data("one\ntwo\n".utf8))
      try await run("fallocate \(option) --length 100M \"$1\"", log)
      #expect(disk(log) > 90 << 20)
      for _ in 1...2 { log.rotateIfNeeded() }
      #expect(disk(log) < 1 << 20)
      #expect(log.lines() == ["one", "two"])
    }
  }

  @Test("is written on at its old place by a program that does not write at the end, and keeps its lines all the same")
  func withoutAppending() throws {
    try withTemporaryFolder { folder in
      let log = log(folder, limit: 100_000)
      try log.open().close()
      let writer = try #require(FileHandle(forWritingAtPath: log.path))
      for round in 0..<5 {
        for number in 1...1000 {
          try writer.write(contentsOf: Data("line \(round * 1000 + number) of a hundred and more of them\n".utf8))
        }
        log.rotateIfNeeded()
      }
      let lines = try #require(log.lines())
      #expect(lines == (1...5000).map { "line \($0) of a hundred and more of them" })
    }
  }

  @Test(
    "is what its folder has, and no link, pipe or folder in its place", arguments: ["ln -s target", "mkfifo", "mkdir"])
  func others(command: String) async throws {
    try await withTemporaryFolder { folder in
      let log = log(folder, limit: 10)
      try folder.write("target", "this is not the log's to read or to change")
      try await run("cd \"$(dirname \"$1\")\" && \(command) app.log", log)
      log.rotateIfNeeded()
      #expect(log.lines() == nil)
      #expect(try folder.text(of: "target") == "this is not the log's to read or to change")
    }
  }

  @Test("cannot be leased by its program while somebody else has it open for writing")
  func lease() throws {
    try withTemporaryFolder { folder in
      let log = log(folder, limit: 10)
      let program = try log.open()
      let supervisor = try #require(OpenLog(log.path, forChange: true))
      for kind in [F_RDLCK, F_WRLCK] { #expect(fcntl(program.fileDescriptor, 1024, CInt(kind)) == -1) }
      withExtendedLifetime(supervisor) {}
    }
  }
}

@Suite("Reading a log from its end")
struct LogExcerptTests {
  @Test("gives the last lines, wherever the pieces that it reads begin", arguments: 0..<20 as Range<UInt64>)
  func lastLines(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    try withTemporaryFolder { folder in
      let lines = (0..<400).map { number in
        let length =
          number % 100 == 50 ? Int.random(in: 0..<60_000, using: &generator) : Int.random(in: 0..<40, using: &generator)
        return "\(number) "
          + String(repeating: ["x", "ü", "👍"].randomElement(using: &generator) ?? "", count: length / 4)
      }
      let text = lines.joined(separator: "\n") + (seed % 2 == 0 ? "\n" : "")
      let cuts = [
        Int.random(in: 0..<text.utf8.count, using: &generator), Int.random(in: 0..<text.utf8.count, using: &generator),
      ].sorted()
      let bytes = Array(text.utf8)
      try folder.write("app.log.2", Data(bytes[..<cuts[0]]))
      try folder.write("app.log.1", Data(bytes[cuts[0]..<cuts[1]]))
      try folder.write("app.log", Data(bytes[cuts[1]...]))
      let log = RotatedLog(folder("app.log"))
      for count in [1, 2, 3, 10, 50, 399, 400, 1000] { #expect(log.lines(last: count) == lines.suffix(count)) }
      #expect(log.lines() == lines)
    }
  }

  @Test(
    "takes a file for what it is",
    arguments: [
      ("", []), ("\n", [""]), ("\n\n", ["", ""]), ("a", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]),
      ("\0\0a\0\n", ["a"]),
    ] as [(String, [String])])
  func small(text: String, lines: [String]) throws {
    try withTemporaryFolder { folder in
      try folder.write("app.log", text)
      let log = RotatedLog(folder("app.log"))
      #expect(log.lines() == lines)
      #expect(log.lines(last: 1) == lines.suffix(1))
      #expect(log.lines(last: 0) == [])
    }
  }

  @Test("holds no long line in memory: 50 MB of one are cut")
  func longLine() throws {
    try withTemporaryFolder { folder in
      try folder.write(
        "app.log", Data("before\n".utf8) + Data(repeating: 0x78, count: 50_000_000) + Data("\nafter\n".utf8))
      let lines = try #require(RotatedLog(folder("app.log")).lines(last: 2))
      #expect(lines.count == 2 && lines[1] == "after")
      #expect(lines[0].utf8.count < LineSplitter.longest + 100 && lines[0].hasSuffix(" MB left out)"))
    }
  }

  @Test("reads no more of a file than there may be of it")
  func longFile() throws {
    try withTemporaryFolder { folder in
      let line = Data(("x" + String(repeating: " ", count: 9998) + "\n").utf8)
      try folder.write("app.log", (0..<10_000).reduce(into: Data()) { data, _ in data += line })
      let excerpt = try #require(RotatedLog(folder("app.log")).excerpt())
      let count = excerpt.reduce(0) { $0 + $1.count }
      #expect((OpenLog.most / 10_000)...(OpenLog.most / 10_000 + 1) ~= count)
    }
  }
}

@Suite("Following a log")
struct LogFollowerTests {
  private func read(_ follower: inout LogFollower) async throws -> [String] {
    var lines: [String] = []
    try await follower.read { lines.append($0) }
    return lines
  }

  private func lines(_ numbers: ClosedRange<Int>) -> [String] { numbers.map { "line \($0)" } }

  private func write(_ numbers: ClosedRange<Int>, to log: RotatedLog) throws {
    try log.open().write(contentsOf: Data(lines(numbers).map { $0 + "\n" }.joined().utf8))
  }

  @Test("misses nothing of what moves on before it was read")
  func rotated() async throws {
    try await withTemporaryFolder { folder in
      var log = RotatedLog(folder("app.log"))
      log.limit = 20_000
      try write(1...1000, to: log)
      var follower = LogFollower(log, from: 0)
      try await #expect(read(&follower) == lines(1...1000))
      try write(1001...3000, to: log)
      log.rotateIfNeeded()
      try write(3001...3100, to: log)
      try await #expect(read(&follower) == lines(1001...3100))
      try await #expect(read(&follower) == [])
    }
  }

  @Test("repeats nothing when the program itself cuts its log, or stretches it")
  func cut() async throws {
    try await withTemporaryFolder { folder in
      let log = RotatedLog(folder("app.log"))
      try write(1...100, to: log)
      var follower = LogFollower(log, from: log.size)
      for round in 1...3 {
        truncate(log.path, 3 << 30)
        try write(round...round, to: log)
        try await #expect(read(&follower) == lines(round...round))
        truncate(log.path, 50)
        try await #expect(read(&follower) == [])
      }
    }
  }
}
