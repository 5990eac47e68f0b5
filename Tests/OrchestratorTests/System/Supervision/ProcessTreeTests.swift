import Foundation
import Subprocess
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("The processes that belong together", .timeLimit(.minutes(1)))
struct ProcessTreeTests {
  /// Starts a shell that leads a session of its own, and gives its members to `body` when it has said that it is ready.
  private func withFamily(
    _ script: String, with environment: [String: String] = [:], _ body: (ProcessTree) async throws -> Void
  ) async throws {
    var options = PlatformOptions()
    options.createSession = true
    let mark = "FAMILY=\(UUID().uuidString)"
    _ = try await Subprocess.run(
      .name("sh"), arguments: ["-c", script],
      environment: Command(
        "sh", [], environment: environment.merging(["FAMILY": String(mark.dropFirst(7))]) { $1 }
      ).wholeEnvironment, platformOptions: options,
      input: .none, output: .sequence, error: .discarded
    ) { execution in
      let leader = ProcessIdentity(id: Int(execution.processIdentifier.value))
      for try await line in execution.standardOutput.strings() where line.contains("ready") { break }
      let members = ProcessTree(user: geteuid(), leader: leader, mark: mark)
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

  @Test(
    "are none of another user, whatever their environment says",
    .enabled(if: geteuid() == 0, "only root can start a process of another user"))
  func forged() async throws {
    try await withFamily("setpriv --reuid=65534 --clear-groups sleep 62 & echo ready; wait") { family in
      let sleeping = { family.alive().contains { $0.title == "sleep 62" } }
      let stranger = { ProcessTable.all().first { $0.title == "sleep 62" && $0.wasStarted(with: family.mark ?? "") } }
      try await eventually { stranger()?.isOf(65534) == true }
      #expect(!sleeping())
      // By its session it is found by who started it as that user.
      var other = family
      other.user = 65534
      #expect(other.alive().map(\.title).contains("sleep 62"))
      stranger()?.send(SIGKILL)
    }
  }

  @Test("are by their environment those of the same user only, and without a user it does not count at all")
  func marked() async throws {
    try await withFamily("setsid --fork sleep 63; echo ready; sleep 64") { family in
      func found(_ members: ProcessTree) -> [String] { members.alive().map(\.title).filter { $0 == "sleep 63" } }
      let alone = ProcessTree(user: geteuid(), mark: family.mark)
      try await eventually { found(alone) == ["sleep 63"] }
      #expect(found(ProcessTree(mark: family.mark)) == [])
      #expect(found(ProcessTree(user: geteuid() + 1, mark: family.mark)) == [])
      #expect(found(ProcessTree(user: geteuid(), mark: "FAMILY=another")) == [])
    }
  }

  @Test("are by the title of an nginx those of the same user only")
  func titled() async throws {
    let title = "nginx: master process nginx -c /x/nginx.conf -g"
    let script = "setsid --fork bash -c 'exec -a \"$TITLE\" sleep 67'; echo ready; sleep 68"
    try await withFamily(script, with: ["TITLE": title]) { family in
      func found(_ user: UInt32) -> [ProcessEntry] {
        ProcessTree(user: user, nginxConfiguration: "/x/nginx.conf").alive()
      }
      try await eventually { !found(geteuid()).isEmpty }
      #expect(found(geteuid() + 1) == [])
      for process in found(geteuid()) { process.send(SIGKILL) }
    }
  }

  @Test("that have left the group are asked, too")
  func askedOutside() async throws {
    try await withTemporaryFolder { folder in
      let inner = "trap 'echo bye > \(folder("bye")); exit' TERM; echo ready; while :; do sleep 0.05; done"
      try await withFamily("setsid sh -c \"$INNER\"; sleep 65", with: ["INNER": inner]) { members in
        await members.stop(SIGTERM, grace: .seconds(20))
        #expect(members.alive().isEmpty)
        try #expect(folder.text(of: "bye") == "bye\n")
      }
    }
  }

  @Test("are none that only happen to have the number of a session that is gone")
  func reused() throws {
    let us = ProcessInfo.processInfo.processIdentifier
    let session = Int(getsid(0))
    let holder = try #require(ProcessIdentity(id: session) ?? ProcessIdentity(id: Int(us)))
    let gone = ProcessIdentity(id: holder.id, start: holder.start - 1)
    #expect(ProcessTree(user: geteuid(), leader: gone, mark: "NO=SUCH").alive().isEmpty)
  }
}
