import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("Lines of output that wait for their reader")
struct WaitingLinesTests {
  @Test("all wait, in their order, as long as there is room")
  func room() {
    let waiting = WaitingLines(limit: 10)
    #expect(["12345", "6789"].flatMap(waiting.add) == ["12345", "6789"])
    for line in ["12345", "6789"] { waiting.remove(line) }
    #expect(waiting.add("1234567890") == ["1234567890"])
  }

  @Test("are left out when there is none, until half of it is free, and that is said")
  func noRoom() {
    let waiting = WaitingLines(limit: 100)
    let lines = (0..<10).map { "line \($0) 89" }
    #expect(lines.flatMap(waiting.add) == lines)
    #expect(waiting.add("one too many") == [])
    waiting.remove(lines[0])
    #expect(waiting.add("still one") == [])
    for line in lines[1...] { waiting.remove(line) }
    #expect(waiting.add("next") == ["… (2 lines left out)", "next"])
    #expect(waiting.add("last") == ["last"])
  }

  @Test("a deployment whose events are read by nobody goes on", .timeLimit(.minutes(1)))
  func unread() async throws {
    try await withWorld { world in
      let spec = AppSpec(name: .blog, stack: "stub", source: world.source)
      let release = try await world.engine.deploy(spec)
      #expect(release.number == .v(1))
    }
  }
}
