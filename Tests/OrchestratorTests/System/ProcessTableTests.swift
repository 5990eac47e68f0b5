import Foundation
import Subprocess
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("The table of processes")
struct ProcessTableTests {
  @Test("has this process, with its parent, its session and its title")
  func us() throws {
    let id = Int(ProcessInfo.processInfo.processIdentifier)
    let entry = try #require(ProcessTable.all().first { $0.id == id })
    #expect(entry.parent == Int(getppid()))
    #expect(entry.session == Int(getsid(0)) && entry.group == Int(getpgrp()))
    #expect(entry.title.contains("swiftpm-testing-helper") || !entry.title.isEmpty)
  }

  @Test("knows a process by what it was started with, and its sockets")
  func started() async throws {
    _ = try await Subprocess.run(
      .name("sleep"), arguments: ["60"], environment: .custom(["MARK": "a b", "PATH": "/usr/bin:/bin"]), input: .none,
      output: .discarded, error: .discarded
    ) { execution in
      let entry = try #require(ProcessEntry(id: Int(execution.processIdentifier.value)))
      try await eventually { entry.title.hasSuffix("sleep 60") }
      #expect(entry.wasStarted(with: "MARK=a b"))
      #expect(!entry.wasStarted(with: "MARK=a"))
      #expect(entry.sockets == [])
      try execution.send(signal: .kill)
    }
  }

  @Test("a process of an earlier start of the machine is not one of now")
  func rebooted() throws {
    let now = ProcessIdentity.current
    #expect(now.isAlive)
    var text = String(decoding: try JSONEncoder().encode(now), as: UTF8.self)
    text.replace(/"boot":"[^"]*"/, with: #""boot":"another""#)
    let earlier = try JSONDecoder().decode(ProcessIdentity.self, from: Data(text.utf8))
    #expect(earlier.id == now.id && !earlier.isAlive)
  }
}

/// Waits until `holds`, for at most 20 s.
func eventually(_ holds: () async throws -> Bool) async throws {
  let start = ContinuousClock.now
  while try await !holds() {
    try #require(ContinuousClock.now - start < .seconds(20), "it never came true")
    try await Task.sleep(for: .milliseconds(10))
  }
}
