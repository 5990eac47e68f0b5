import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  /// What a killed process leads to; Docker itself looks after containers.
  @Suite("Looking after a process")
  struct SupervisionTests {
    let port = TestStacks.plainPort

    @Test("an app that was killed is started again, and its status says how it ended", .lane(.process))
    func workloadKilled() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("fallen") {
        try await installation.deploy("plain", app, as: "fallen")
        let before = try await installation.status("fallen")
        let app = before.instances[0]
        let process = try #require(app.processID)
        #expect(before.state == .running && app.restarts == 0 && app.exitCode == nil && app.uptime != nil)
        kill(pid_t(process), SIGKILL)
        try await eventually { try await installation.get("fallen", port: port).status == 200 }
        let after = try await installation.status("fallen")
        #expect(after.state == .running && after.instances[0].restarts == 1 && after.instances[0].exitCode == 137)
        #expect(after.instances[0].processID != process)
        let text = try await installation.orchestrator("status", "fallen").output
        #expect(text.contains("last exit   status 137") && text.contains("restarts    1"))
      }
    }

    @Test(
      "an app goes on serving when its supervisor is killed, and the next command gives it a new one", .lane(.process))
    func supervisorKilled() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("orphan") {
        try await installation.deploy("plain", app, as: "orphan")
        let process = installation.process("orchestrator-test-p-orphan-v1")
        let record = try #require(process.record())
        let failures = try await installation.asking("orphan", port: port) {
          try await installation.killSupervisor(of: process)
          #expect(try await installation.list().first { $0.app.description == "orphan" }?.state == .running)
        }
        #expect(failures == [])
        let next = try #require(process.record())
        #expect(next.process == record.process && next.supervisor != record.supervisor)
        #expect(next.supervisor?.isAlive == true)
        // It looks after the process as the one before did.
        kill(pid_t(try #require(next.process).id), SIGKILL)
        try await eventually { process.record()?.restarts == 1 }
        try await eventually { try await installation.get("orphan", port: port).status == 200 }
      }
    }

    @Test(
      "no orphan keeps a port: what an app and its supervisor left when both were killed is ended first",
      .lane(.process))
    func bothKilled() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.withHelper()
      try await installation.using("family") {
        try await installation.deploy("plain", app, as: "family")
        let process = installation.process("orchestrator-test-p-family-v1")
        let leader = try #require(process.record()?.process)
        let helpers = ProcessTable.all().filter { $0.parent == leader.id }
        #expect(helpers.count == 1)
        let helper = try #require(helpers.first)
        #expect(helper.session != leader.id)
        try await installation.killSupervisor(of: process)
        kill(pid_t(leader.id), SIGKILL)
        try await eventually { !leader.isAlive }
        #expect(ProcessEntry(id: helper.id) != nil)
        _ = try await installation.list()
        // It answers on the same port as the app that is to come.
        try await eventually { ProcessEntry(id: helper.id) == nil }
        try await eventually { try await installation.get("family", port: port).status == 200 }
      }
    }

    @Test("an app that was destroyed has left no process, not even one that left its session", .lane(.process))
    func destroyed() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.withHelper()
      let before = try await installation.world()
      try await installation.using("leaving") { _ = try await installation.deploy("plain", app, as: "leaving") }
      let after = try await installation.world()
      #expect(after.members == before.members)
      #expect(after.processes.filter { $0.contains("leaving") } == [])
      #expect(after.folders == before.folders)
    }

    @Test("an app that ignores its signal is killed when its grace is over", .lane(.process))
    func ignoring() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp([
        "app.py": TestApp.plainSource("hello").replacing("lambda *_: sys.exit(0)", with: "signal.SIG_IGN")
      ])
      try await installation.using("stubborn") {
        try await installation.deploy("plain", app, as: "stubborn")
        let process = try #require(try await installation.status("stubborn").instances[0].processID)
        try await installation.destroy("stubborn")
        #expect(ProcessEntry(id: process) == nil)
      }
    }

    @Test("an app that ends again and again is started again at growing intervals", .lane(.process))
    func pauses() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try app.write("app.py", "import os, sys, time\nif os.path.exists('broken'): sys.exit(7)\n" + app.read("app.py"))
      try await installation.using("sickly") {
        try await installation.deploy("plain", app, as: "sickly")
        let process = installation.process("orchestrator-test-p-sickly-v1")
        let leader = try #require(process.record()?.process)
        try "".write(
          toFile: installation.home + "/releases/sickly/v1/app/source/broken", atomically: true, encoding: .utf8)
        kill(pid_t(leader.id), SIGKILL)
        var times: [Date] = []
        try await eventually {
          if let ended = process.record()?.lastExit, ended.status == 7, times.last != ended.at {
            times.append(ended.at)
          }
          return times.count >= 4
        }
        let pauses = zip(times, times.dropFirst()).map { $1.timeIntervalSince($0) }
        // 0.2 s at first, and twice as long each time; how long the app takes to end comes on top.
        for (pause, least) in zip(pauses, [0.15, 0.3, 0.6]) { #expect(pause > least, "\(pauses)") }
        #expect(try await installation.status("sickly").instances[0].exitCode == 7)
      }
    }

    @Test("nginx that was killed is started again, whatever it left running", arguments: Lane.runtimes)
    func nginxKilled(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("fronted") {
        try await installation.deploy("plain", app, as: "fronted")
        let master = try await installation.nginxMaster()
        try await installation.killNginx()
        try await eventually { try await installation.nginxMasterIfAny().map { $0 != master } ?? false }
        try await eventually { (try? await installation.get("fronted", port: port).status) == 200 }
        #expect(try await installation.orchestrator("proxy", "status").status == 0)
      }
    }

    @Test(
      "after a restart of the machine reconcile brings everything back, and a second time changes nothing",
      .lane(.process))
    func machineRestarted() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("back-1", "back-2") {
        try await installation.deploy("plain", app, as: "back-1")
        try await installation.deploy("plain", app, as: "back-2")
        try await installation.endEverything()
        await #expect(throws: (any Error).self) { try await installation.get("back-1", port: port) }
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0, "\(run.all)")
        for text in ["back-1 v1: started it again", "back-2 v1: started it again", "nginx"] {
          #expect(run.output.contains(text), "\(run.all)")
        }
        try await eventually { try await installation.get("back-1", port: port).status == 200 }
        try await eventually { try await installation.get("back-2", port: port).status == 200 }
        let again = try await installation.orchestrator("reconcile")
        #expect(again.output == "")
        #expect(again.errors.contains("Everything runs that should."))
      }
    }
  }
}

extension TestApp {
  /// An app with a second process that serves the same port, and that has left the app's session.
  static func withHelper() throws -> TestApp {
    let serving = "Handler).serve_forever()"
    let source = plainSource("hello").replacingOccurrences(of: serving, with: "Handler)")
      .replacingOccurrences(of: "    ThreadingHTTPServer", with: "ThreadingHTTPServer")
      .replacingOccurrences(of: "ThreadingHTTPServer((os", with: "server = ThreadingHTTPServer((os")
    return try TestApp(["app.py": source + "\nif os.fork() == 0: os.setsid()\nserver.serve_forever()\n"])
  }
}

extension Installation {
  func status(_ name: String) async throws -> AppStatus {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(
      AppStatus.self, from: Data(try await orchestrator("status", name, "--json").output.utf8))
  }

  func killSupervisor(of process: SupervisedProcess) async throws {
    let supervisor = try #require(process.record()?.supervisor)
    kill(pid_t(supervisor.id), SIGKILL)
    try await eventually { !supervisor.isAlive }
  }

  /// Ends every process of the installation at once, as the power does; supervisors first, which would start again what has ended.
  func endEverything() async throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: home + "/processes")
    let all = names.map(process)
    for process in all { try await killSupervisor(of: process) }
    for process in all { await process.members.killAll() }
  }
}
