import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  /// What an app that means harm, or knows no better, cannot do with processes; as root, as in CI.
  @Suite("Processes of apps", .enabled(if: getuid() == 0, "only root can give apps users of their own"))
  struct ProcessSafetyTests {
    let port = TestStacks.plainPort

    @Test(
      "an app that takes another's port, and pretends to be it, is named, and neither killed nor a hindrance",
      .lane(.process))
    func thief() async throws {
      let installation = try await Installation.on(.process)
      let (thief, good) = (try TestApp.obeying(), try TestApp.plain("good"))
      let signs = try TestApp.sharedFolder()
      let robbed = try TestApp(["app.py": TestApp.waitingSource(saying: signs.folder + "/started")])
      // The first two have the first two ports.
      let (process, taken) = (installation.process("\(installation.namespace)-robbed-v2"), installation.port(21002))
      try thief.write(
        "thief.py",
        """
        import os, socket, threading, time
        while not os.path.exists("\(signs.folder)/started"): time.sleep(0.005)
        \(TestApp.serving(taken))
        for _ in range(3): os.posix_spawn("/bin/sleep", ["sleep", "9801"], dict(["\(process.mark)".split("=", 1)]))
        words = ["orchestrator", "-c", "import time; time.sleep(9802)", "supervise", "\(process.folder)"]
        os.posix_spawn("/usr/bin/python3", words, {})
        time.sleep(600)
        """)
      try await installation.using("thief", "robbed") {
        try await installation.deploy("plain", thief, as: "thief")
        try await installation.deploy("plain", good, as: "robbed")
        try await installation.order("setsid --fork python3 thief.py >thief.log 2>&1 </dev/null", "thief")
        let run = try await installation.orchestrator("deploy", "plain", robbed.folder, "--subdomain", "robbed")
        #expect(run.status == 5, "\(run.all)")
        #expect(run.errors.contains("not 'robbed' but python3 (pid "), "\(run.all)")
        #expect(run.errors.contains(") answers on 127.0.0.1:\(taken)") && run.errors.contains("v1 still serves"))
        #expect(try await installation.page("robbed", port: port) == "good v1")
        try await installation.destroy("robbed")
        // Whatever they said they were, they are the thief's.
        let titles = ProcessTable.all().map(\.title)
        #expect(titles.filter { $0 == "sleep 9801" }.count == 3)
        #expect(titles.contains { $0.contains("9802") && $0.hasSuffix(" supervise \(process.folder)") })
      }
      #expect(!ProcessTable.all().contains { $0.title == "sleep 9801" || $0.title.contains("sleep(9802)") })
    }

    @Test("an app that puts a link in the place of the folder that it starts in gets nowhere by it", .lane(.process))
    func linkedRunFolder() async throws {
      let installation = try await Installation.on(.process)
      // Closed to all but root, with a folder in it that is not: only who is put there sees it.
      let closed = try TestApp(["open/app.py": "print('INSIDE', flush=True)"])
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: closed.folder)
      let leaving = """
        import os
        os.rename("../web", "../before")
        os.symlink("\(closed.folder)/open", "../web")
        """
      let app = try TestApp(["web/app.py": TestApp.plainSource("hello", before: leaving)])
      let stacks = try TestApp([
        "stack.yaml": try installation.stackText(named: "rooted", publicPort: 9005)
          .replacingOccurrences(of: "run:\n", with: "run:\n  folder: web\n")
      ])
      try await installation.using("leaving") {
        let deployed = try await installation.orchestrator(
          "deploy", "rooted", app.folder, "--subdomain", "leaving", "--plugins", stacks.folder)
        try #require(deployed.status == 0, "\(deployed.all)")
        let process = installation.process("\(installation.namespace)-leaving-v1")
        kill(pid_t(try #require(process.record()?.process?.id)), SIGKILL)
        try await eventually {
          let lines = try await installation.orchestrator("logs", "leaving").output
          #expect(!lines.contains("INSIDE"))
          return lines.contains("cannot change directory")
        }
      }
    }

    @Test(
      "an app whose port is taken while it is started again is called unreachable until reconcile moves it",
      .lane(.process))
    func takenWhileRestarting() async throws {
      let installation = try await Installation.on(.process)
      let (thief, good) = (try TestApp.obeying(), try TestApp.plain("good"))
      try await installation.using("quick-thief", "fallen") {
        try await installation.deploy("plain", good, as: "fallen")
        let taken = try #require(try await installation.status("fallen").instances[0].port)
        try thief.write(
          "thief.py", "import socket, threading, time\n\(TestApp.serving(Int(taken.number)))\ntime.sleep(600)\n")
        try await installation.deploy("plain", thief, as: "quick-thief")
        try await installation.order("setsid --fork python3 thief.py >thief.log 2>&1 </dev/null", "quick-thief")
        kill(pid_t(try #require(try await installation.status("fallen").instances[0].processID)), SIGKILL)
        try await eventually { try await installation.get("fallen", port: port).text == "stolen" }
        let list = try await installation.orchestrator("list")
        #expect(list.output.contains(/fallen +plain +v1 +unreachable/), "\(list.all)")
        #expect(list.errors.contains("fallen v1: its port \(taken) is in use by python3 (pid "), "\(list.all)")
        let doctor = try await installation.orchestrator("doctor")
        #expect(doctor.status == 6 && doctor.output.contains("its port \(taken) is in use by python3 (pid "))
        let reconcile = try await installation.orchestrator("reconcile")
        #expect(
          reconcile.output.contains("fallen v1: its port \(taken) is in use by python3 (pid "), "\(reconcile.all)")
        try await eventually { try await installation.get("fallen", port: port).text == "good v1" }
      }
    }

    @Test(
      "supervisors whose program was replaced are known all the same: what they look after is stopped, and kept",
      .lane(.process))
    func programReplaced() async throws {
      let installation = try await Installation.on(.process)
      let (app, folder) = (try TestApp.plain(), try TestApp(["readme": ""]))
      let (copy, program) = (folder.folder + "/copy", folder.folder + "/orchestrator")
      let environment = ["ORCHESTRATOR_PROGRAM": program]
      func run(_ words: String...) async throws -> Run {
        let run = try await installation.orchestrator(words, environment: environment)
        #expect(run.status == 0, "\(run.all)")
        return run
      }
      try FileManager.default.copyItem(atPath: Program.path, toPath: copy)
      link(copy, program)
      try await installation.using("outlived") {
        _ = try await run("deploy", "plain", app.folder, "--subdomain", "outlived")
        let process = installation.process("\(installation.namespace)-outlived-v1")
        unlink(program)
        link(copy, program)
        let supervisor = try #require(process.record()?.supervisor)
        let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(supervisor.id)/exe")
        #expect(running.hasSuffix(" (deleted)"))
        #expect(LockHolder.all(of: process.lock).map(\.id) == [supervisor.id])
        // What it wrote down can be lost, as on a full disk.
        unlink(process.folder + "/state.json")
        #expect(!process.needsSupervisor())
        _ = try await run("deploy", "plain", app.folder, "--subdomain", "outlived")
        try await eventually { !supervisor.isAlive }
        #expect(!FileManager.default.fileExists(atPath: process.folder))
        #expect(try await installation.page("outlived", port: port) == "hello v2")
      }
    }

    @Test(
      "retiring a release ends all of it, also a daemon out of reach, and nothing of the one that serves; under load",
      .lane(.process))
    func daemons() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp(["app.py": TestApp.plainSource("hello", before: TestApp.daemon)])
      let groups = ControlGroup.names(of: installation.home)
      try #require(ControlGroup.Hierarchy.current != nil, "the machine has no control groups")
      func daemons() -> [String] { ProcessTable.all().map(\.title).filter { $0.hasPrefix("sleep 981") }.sorted() }
      try await installation.using("haunted") {
        try await installation.deploy("plain", app, as: "haunted")
        try await eventually { daemons() == ["sleep 9811"] }
        let failures = try await installation.asking("haunted", port: port) {
          for release in 2...3 {
            try await installation.deploy("plain", app, as: "haunted")
            try await eventually { daemons() == ["sleep 981\(release)"] }
          }
        }
        #expect(failures == [])
        #expect(
          Set(ControlGroup.names(of: installation.home)).subtracting(groups) == ["\(installation.namespace)-haunted-v3"]
        )
      }
      #expect(daemons() == [])
      #expect(ControlGroup.names(of: installation.home) == groups)
    }

    @Test(
      "what forks all the time, and is in no list that is made of it, ends with its release, and with its app",
      .lane(.process))
    func forking() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.obeying()
      let groups = ControlGroup.names(of: installation.home)
      let folder = try TestApp.sharedFolder()
      try folder.write(
        "chain.py",
        """
        import os, time
        end = time.time() + 60
        while time.time() < end:
            if os.fork(): os._exit(0)
            os.setsid(); time.sleep(.002)
        """)
      let order = "for i in 1 2 3; do setsid --fork python3 \(folder.folder)/chain.py </dev/null >/dev/null 2>&1; done"
      // The list of a group is of one moment, as no other is; one of them is the app's own process.
      func isForking(_ release: Int) -> Bool {
        let group = ControlGroup("\(installation.namespace)-forking-v\(release)", of: installation.home)
        return group.map { $0.processes.count > 1 } ?? false
      }
      try await installation.using("forking") {
        try await installation.deploy("plain", app, as: "forking")
        for release in 1...3 {
          try await installation.order(order, "forking")
          try await eventually { isForking(release) }
          try await installation.deploy("plain", app, as: "forking")
          // A group can go only when nothing is in it.
          #expect(
            Set(ControlGroup.names(of: installation.home)).subtracting(groups)
              == ["\(installation.namespace)-forking-v\(release + 1)"])
        }
        try await installation.order(order, "forking")
        try await eventually { isForking(4) }
      }
      #expect(ControlGroup.names(of: installation.home) == groups)
    }

    @Test("an app whose user would be another by the settings is left as it is, and named", .lane(.process))
    func otherUser() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("moved") {
        try await installation.deploy("plain", app, as: "moved")
        let before = try await installation.status("moved").instances[0].processID
        for words in [["reconcile", "--dry-run"], ["reconcile"], ["scale", "moved", "2"]] {
          let run = try await installation.orchestrator(
            words, environment: ["ORCHESTRATOR_FIRST_USER": "\(installation.firstUser + 3000)"])
          #expect(run.status != 0, "\(words): \(run.all)")
          #expect(run.all.contains("as the setting firstUser is not what it was"), "\(words): \(run.all)")
          #expect(try await installation.page("moved", port: port) == "hello v1")
        }
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0, "\(run.all)")
        #expect(try await installation.status("moved").instances[0].processID == before)
        #expect(try await installation.page("moved", port: port) == "hello v1")
      }
    }

    @Test(
      "what runs as an app's user outside of all that is looked after is named by the doctor, and ended by destroy",
      .lane(.process))
    func strays() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("followed") {
        try await installation.deploy("plain", app, as: "followed")
        let first = try #require(try await installation.status("followed").instances[0].processID)
        let user = try #require(ProcessEntry(id: first)?.users.first)
        // As a daemon of a version before, which made no groups.
        _ = try await Program.run(
          "setsid", ["--fork", "setpriv", "--reuid=\(user)", "--clear-groups", "env", "-i", "sleep", "9821"])
        func stray() -> ProcessEntry? { ProcessTable.all().first { $0.title == "sleep 9821" } }
        try await eventually { stray()?.isOf(user) == true }
        let id = try #require(stray()?.id)
        let doctor = try await installation.orchestrator("doctor")
        #expect(doctor.status == 6, "\(doctor.all)")
        #expect(doctor.output.contains("belong to no app that is looked after: \(id) (sleep 9821)"), "\(doctor.all)")
        #expect(doctor.output.contains("-> end them: kill -9 \(id)"))
        let run = try await installation.orchestrator("destroy", "followed", "--yes")
        #expect(run.status == 0, "\(run.all)")
        #expect(stray() == nil)
      }
    }

    @Test(
      "an app, its build and its supervisor have as many open files, whatever the limit of whoever deploys",
      .lane(.process))
    func openFiles() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain(
        "hello", before: "import resource\nprint('may open', *resource.getrlimit(resource.RLIMIT_NOFILE), flush=True)")
      try app.write("build.py", "import resource\nprint('may open', *resource.getrlimit(resource.RLIMIT_NOFILE))\n")
      let expected = "may open \(Sandbox.mostOpenFiles) \(Sandbox.mostOpenFiles)"
      try await installation.using("roomy") {
        let run = try await Program.run(
          "prlimit",
          [
            "--nofile=256:", Program.path, "deploy", "plain", app.folder, "--subdomain", "roomy", "--plugins",
            TestStacks.folder(),
          ],
          environment: installation.environment)
        #expect(run.status == 0 && run.errors.contains("| " + expected), "\(run.all)")
        #expect(try await installation.orchestrator("logs", "roomy").output.contains(expected))
        let supervisor = try #require(
          installation.process("\(installation.namespace)-roomy-v1").record()?.supervisor)
        let limits = try #require(SystemFile.text("/proc/\(supervisor.id)/limits"))
        #expect(limits.contains(/Max open files +\d/) && !limits.contains(/Max open files +256/), "\(limits)")
      }
    }
  }
}
