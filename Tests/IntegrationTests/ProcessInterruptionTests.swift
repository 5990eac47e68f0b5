import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  /// What Ctrl-C, or a signal to all, ends with us; as root, as in CI.
  @Suite("Interrupted processes", .enabled(if: getuid() == 0, "only root can give apps users of their own"))
  struct ProcessInterruptionTests {
    let port = TestStacks.plainPort

    /// What a build can leave running when it is interrupted.
    static let builds = [
      "setsid sh -c 'while :; do echo x; done'", "exec >&- 2>&-; trap '' TERM; while :; do sleep 0.1; done",
      "env -i setsid --fork sleep 9831; sleep 600",
    ]

    @Test("Ctrl-C ends a build with all that it started, whatever that does", .lane(.process), arguments: builds)
    func interruptedBuild(script: String) async throws {
      let installation = try await Installation.on(.process)
      let (good, bad) = (try TestApp.plain("good"), try TestApp.plain("bad"))
      let words = String(decoding: try JSONEncoder().encode(script), as: UTF8.self)
      try bad.write("build.py", "import os\nprint('begun', flush=True)\nos.execvp('sh', ['sh', '-c', \(words)])\n")
      try await installation.using("noisy") {
        try await installation.deploy("plain", good, as: "noisy")
        let first = try #require(try await installation.status("noisy").instances[0].processID)
        let user = try #require(ProcessEntry(id: first)?.users.first)
        let before = try await installation.world()
        let run = try await installation.orchestrator(
          "deploy", "plain", bad.folder, "--subdomain", "noisy", interruptingAt: "| begun")
        #expect(run.status == 130, "\(run.all.suffix(2000))")
        #expect(run.errors.contains("v1 still serves"))
        #expect(try await installation.world() == before)
        #expect(ProcessTable.all().filter { $0.isOf(user) }.map(\.id) == [first])
      }
    }

    @Test("a signal to the whole process group is an interruption, at whatever moment", arguments: Lane.runtimes)
    func groupSignal(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let (good, slow) = (try TestApp.plain("good"), try TestApp.plain("slow"))
      try slow.write("build.py", "import subprocess\nfor _ in range(10): subprocess.run(['sleep', '0.05'])\n")
      try await installation.using("grouped") {
        try await installation.deploy("plain", good, as: "grouped")
        let before = try await installation.world()
        for _ in 1...Effort.times(20, short: 3) {
          let pause = Duration.milliseconds(Int.random(in: 0...900))
          let (status, errors) = try await installation.interruptGroup(
            of: ["deploy", "plain", slow.folder, "--subdomain", "grouped"], after: pause)
          if status == 0 {
            // It served already.
            try await installation.deploy("plain", good, as: "grouped")
            continue
          }
          #expect(status == 130 && errors.contains("interrupted"), "after \(pause): \(status) \(errors)")
          #expect(try await installation.page("grouped", port: port).hasPrefix("good "))
        }
        if try await installation.page("grouped", port: port) == "good v1" {
          #expect(try await installation.world() == before)
        }
      }
    }
  }
}
