import Foundation
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

@Suite("Running programs", .timeLimit(.minutes(1)))
struct CommandRunnerTests {
  private func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> (
    Int, [String]
  ) {
    let lines = Mutex<[String]>([])
    let status = try await ChildProcessRunner().run(Command(program, arguments, environment: environment)) { line in
      lines.withLock { $0.append(line) }
    }
    return (status, lines.withLock { $0 })
  }

  @Test("gives every line of both outputs, the last one too if it does not end")
  func lines() async throws {
    let (status, lines) = try await run("sh", ["-c", "echo one; echo two >&2; printf three"])
    #expect(status == 0)
    #expect(lines == ["one", "two", "three"])
  }

  @Test(
    "gives the exit status; a signal counts as 128 and its number", arguments: [("exit 3", 3), ("kill -9 $$", 137)])
  func status(script: String, expected: Int) async throws {
    try await #expect(run("sh", ["-c", script]).0 == expected)
  }

  @Test("passes arguments as they are, and adds to the environment")
  func arguments() async throws {
    let (_, lines) = try await run("sh", ["-c", #"echo "$1 $X $PATH""#, "sh", "$(id); *"], environment: ["X": "y"])
    #expect(lines.first?.hasPrefix("$(id); * y /") == true)
  }

  @Test("takes out what would move a terminal's cursor")
  func control() async throws {
    try await #expect(run("printf", ["a\\033[2Jb\\tc\\r\\n"]).1 == ["ab\tc"])
  }

  @Test("takes what is redrawn for lines, and cuts a line that is too long to be held")
  func longLines() async throws {
    try await #expect(run("printf", ["10%%\\r20%%\\r\\nend"]).1 == ["10%", "20%", "end"])
    let (status, lines) = try await run("sh", ["-c", "head -c 20000000 /dev/zero | tr '\\0' x; echo; echo end"])
    #expect(status == 0 && lines.count == 2 && lines.last == "end")
    #expect(lines.first.map { $0.utf8.count < LineSplitter.longest + 100 && $0.hasSuffix(" MB left out)") } == true)
  }

  @Test("says when there is no such program")
  func unknown() async throws {
    let error = await #expect(throws: OrchestratorError.self) { try await run("no-such-program", []) }
    #expect(error?.code == .notFound)
    #expect(error?.message == "there is no program 'no-such-program' on the PATH")
  }

  @Test("is ended with the task; a program that ignores the request is killed", arguments: ["", "trap '' TERM; "])
  func cancelled(preparation: String) async throws {
    var runner = ChildProcessRunner()
    runner.grace = .milliseconds(100)
    let (processes, found) = AsyncStream.makeStream(of: Int.self)
    let running = Task { [runner] in
      // It says its id, and then waits for ever; what a shell ignores, the program that takes its place ignores too.
      try await runner.run(Command("sh", ["-c", preparation + "echo $$; exec tail -f /dev/null"])) { line in
        if let process = Int(line) { found.yield(process) }
      }
    }
    var iterator = processes.makeAsyncIterator()
    let process = try #require(await iterator.next())
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
    #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
  }

  /// What a program starts that it does not wait for, or that does not let it end.
  static let restless = [
    // They print for ever, with and without ends of lines.
    "setsid sh -c 'while :; do echo x; done'", "setsid sh -c 'while :; do printf x; done'",
    "sh -c 'trap : TERM; while :; do echo x; done'",
    // They keep the output open, and are deaf.
    "sh -c 'trap \"\" TERM; sleep 66'", "setsid sh -c 'trap \"\" TERM; sleep 66'", "setsid sleep 66",
    // They close it, and go on.
    "sh -c 'exec >&- 2>&-; sleep 66'", "exec >&- 2>&-; sleep 66",
  ]

  @Test("are ended with the task, with all that they started, whatever that does", .serialized, arguments: restless)
  func descendants(script: String) async throws {
    var runner = ChildProcessRunner()
    runner.grace = .milliseconds(200)
    let environment = [ProcessTree.buildMark: UUID().uuidString]
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let running = Task { [runner] in
      try await runner.run(Command("sh", ["-c", "echo begun; \(script)"], environment: environment)) {
        if $0 == "begun" { begin.yield() }
      }
    }
    for await _ in begun { break }
    let family = Command("sh", [], environment: environment).members
    try await eventually { family.alive().count > 0 }
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
    #expect(family.alive().map(\.title) == [])
  }

  @Test("end when they have ended, although what they started prints on; that of a build is ended with them")
  func leftovers() async throws {
    let mark = UUID().uuidString
    let script = "setsid sh -c 'while :; do echo x; done' & printf 'last words\\n'; exit 3"
    let (status, lines) = try await run("sh", ["-c", script], environment: [ProcessTree.buildMark: mark])
    #expect(status == 3 && lines.contains("last words"))
    #expect(ProcessTree.ofBuild(in: mark).alive().map(\.title) == [])
  }

  @Test("may print while they stop, and are not ended by that")
  func lastWords() async throws {
    try await withTemporaryFolder { folder in
      let script =
        "trap 'seq 1 20000; echo bye > \(folder("bye")); exit' TERM; echo begun; while :; do sleep 0.05; done"
      let (begun, begin) = AsyncStream.makeStream(of: Void.self)
      var runner = ChildProcessRunner()
      runner.grace = .seconds(50)
      let running = Task { [runner] in
        try await runner.run(Command("sh", ["-c", script])) { if $0 == "begun" { begin.yield() } }
      }
      for await _ in begun { break }
      running.cancel()
      await #expect(throws: CancellationError.self) { try await running.value }
      try #expect(folder.text(of: "bye") == "bye\n")
    }
  }

  @Test("have a session of their own: Ctrl-C in a terminal reaches us only")
  func session() async throws {
    let (_, lines) = try await run("sh", ["-c", "ps -o sid= -o pid= -p $$"])
    let ids = try #require(lines.first).split(separator: " ")
    #expect(ids.count == 2 && ids[0] == ids[1])
  }
}
