import Foundation
import Subprocess
import Testing

@testable import Orchestrator

@Suite("The processes that belong together", .timeLimit(.minutes(1)))
struct ProcessMembersTests {
  /// Starts a shell that leads a session of its own, and gives its members to `body` when it has said that it is ready.
  private func withFamily(_ script: String, _ body: (ProcessMembers) async throws -> Void) async throws {
    var options = PlatformOptions()
    options.createSession = true
    let mark = "FAMILY=\(UUID().uuidString)"
    _ = try await Subprocess.run(
      .name("sh"), arguments: ["-c", script],
      environment: .custom(["PATH": "/usr/bin:/bin", "FAMILY": String(mark.dropFirst(7))]), platformOptions: options,
      input: .none, output: .sequence, error: .discarded
    ) { execution in
      let leader = ProcessIdentity(id: Int(execution.processIdentifier.value))
      for try await line in execution.standardOutput.strings() where line.contains("ready") { break }
      let members = ProcessMembers(leader: leader, mark: mark)
      let outcome = await Result(catching: { try await body(members) })
      await members.killAll()
      try outcome.get()
    }
  }

  @Test("are those of the session, and those that left it")
  func found() async throws {
    try await withFamily("sleep 60 & setsid sleep 61 & echo ready; wait") { members in
      try await eventually { members.alive().map(\.title).filter { $0.hasPrefix("sleep") }.count == 2 }
      await members.killAll()
      #expect(members.alive().isEmpty)
    }
  }

  @Test("are asked first: who stops when asked is not killed")
  func asked() async throws {
    try await withTemporaryFolder { folder in
      let script = "trap 'echo bye > \(folder("bye")); exit' TERM; echo ready; while :; do sleep 0.05; done"
      try await withFamily(script) { members in
        await members.stop(SIGTERM, grace: .seconds(20))
        #expect(members.alive().isEmpty)
        try #expect(folder.text(of: "bye") == "bye\n")
      }
    }
  }

  @Test("who does not stop when asked is killed when the grace is over")
  func killed() async throws {
    try await withFamily("trap '' TERM; echo ready; while :; do sleep 0.05; done") { members in
      await members.stop(SIGTERM, grace: .milliseconds(100))
      #expect(members.alive().isEmpty)
    }
  }

  @Test("are none that only happen to have the number of a session that is gone")
  func reused() throws {
    let us = ProcessInfo.processInfo.processIdentifier
    let session = Int(getsid(0))
    let holder = try #require(ProcessIdentity(id: session) ?? ProcessIdentity(id: Int(us)))
    let gone = ProcessIdentity(id: holder.id, start: holder.start - 1)
    #expect(ProcessMembers(leader: gone, mark: "NO=SUCH").alive().isEmpty)
  }
}
