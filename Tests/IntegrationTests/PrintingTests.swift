import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  @Suite("What apps and builds print")
  struct PrintingTests {
    let port = TestStacks.plainPort

    @Test(
      "a burst leaves the newest lines, within bounds, and nothing that a terminal would act on",
      arguments: Lane.runtimes)
    func burst(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.printing(
        #"""
        for _ in range(100): write((b"x" * 999 + b"\n") * 1000)
        write(b"x" * 5000000 + b"\n" + \#(Self.hostile) + b"\n" + b"the last line\n")
        """#)
      try await installation.using("talker") {
        try await installation.deploy("plain", app, as: "talker")
        _ = try await installation.page("talker", port: port, path: "/print")
        try await eventually(within: .seconds(100)) {
          try await installation.orchestrator("logs", "talker", "-n", "1").output == "the last line\n"
        }
        let last = try await installation.orchestrator("logs", "talker", "-n", "3")
        let lines = last.output.split(separator: "\n")
        #expect(lines.dropFirst() == [Self.harmless[...], "the last line"], "\(last.output.suffix(500))")
        #expect(last.output.utf8.count < LineSplitter.longest + 1000)
        guard runtime == .process else { return }
        #expect(lines.first?.hasSuffix(" MB left out)") == true)
        try await eventually { installation.diskOfLogs(of: "talker") <= 30 << 20 }
      }
    }

    @Test("an app that stretches its log again and again harms nobody who reads it", .lane(.process))
    func stretched() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.printing("while not time.sleep(0.02): os.ftruncate(1, 3 << 30)")
      try await installation.using("stretcher") {
        try await installation.deploy("plain", app, as: "stretcher")
        _ = try await installation.page("stretcher", port: port, path: "/print")
        try await eventually { installation.lengthOfLog(of: "stretcher") == 3 << 30 }
        let start = ContinuousClock.now
        let last = try await installation.orchestrator("logs", "stretcher", "-n", "3")
        #expect(last.status == 0 && last.output.split(separator: "\n").count == 3, "\(last.all)")
        #expect(try await installation.orchestrator("logs", "stretcher").output.hasPrefix("listening\n"))
        #expect(ContinuousClock.now - start < .seconds(10))
      }
    }

    @Test("a build's last lines are short and harmless, whatever it prints", arguments: Lane.runtimes)
    func build(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try app.write(
        "build.py",
        #"import sys; sys.stdout.buffer.write(b"x" * 5000000 + b"\n" + \#(Self.hostile) + b"\n"); sys.exit(3)"#)
      try await installation.using("builder") {
        let run = try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "builder")
        #expect(run.status == 5)
        #expect(run.errors.contains("  | \(Self.harmless)\n"), "\(run.errors.suffix(2000))")
        let error = run.errors[(run.errors.range(of: "Error: ")?.lowerBound ?? run.errors.startIndex)...]
        #expect(error.contains("x … (") && error.utf8.count < 5000)
        let log = try await installation.orchestrator("logs", "builder", "--build")
        #expect(log.output.contains("\n\(Self.harmless)\n") && log.output.utf8.count < LineSplitter.longest + 5000)
      }
    }

    /// What would set a terminal's title, clear its screen, show words in another order and hide others, in Python.
    private static let hostile =
      #"b"\x1b]0;title\x07\x1b[2J\x1b[31mred\x1b[0m \xe2\x80\xaegnp.exe \xe2\x80\xa8ls \xff\xfe \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 \x00\x08bin\tend""#
    private static let harmless = "red gnp.exe ls \u{FFFD}\u{FFFD} 👩‍👧 bin\tend"
  }
}

extension TestApp {
  /// An app that runs some Python when it is asked for `/print`, which writes to its output with `write`.
  fileprivate static func printing(_ work: String) throws -> TestApp {
    let lines = work.split(separator: "\n").map { "    \($0)\n" }.joined()
    let before = """
      import threading
      def write(data):
          while data: data = data[os.write(1, data):]
      def work():
      \(lines)
      """
    let source = plainSource("hello", before: before).replacing(
      #"    if request.path == "/headers":"#,
      with: "    if request.path == \"/print\": threading.Thread(target=work).start()\n"
        + "    if request.path == \"/headers\":")
    return try TestApp(["app.py": source])
  }
}

extension Installation {
  /// How much of the disk the logs of an app's first release take.
  fileprivate func diskOfLogs(of app: String) -> Int {
    FileManager.default.children(of: "\(home)/releases/\(app)/v1").filter { $0.contains("/app.log") }.reduce(0) {
      var facts = stat()
      return stat($1, &facts) == 0 ? $0 + Int(facts.st_blocks) * 512 : $0
    }
  }

  fileprivate func lengthOfLog(of app: String) -> Int { RotatedLog("\(home)/releases/\(app)/v1/app.log").size }
}
