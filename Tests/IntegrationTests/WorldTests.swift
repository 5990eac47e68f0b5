import Foundation
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorStore

extension Integration {
  @Suite("When the world changes underneath")
  struct WorldTests {
    let port = TestStacks.plainPort

    @Test(
      "a workload that somebody stopped or removed is brought back by reconcile, which says so before if it is asked to",
      .lane(.docker))
    func removedByHand() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.plain()
      try await installation.using("taken") {
        try await installation.deploy("plain", app, as: "taken")
        for (arguments, done) in [(["stop"], "started its container"), (["rm", "--force"], "made its container anew")] {
          _ = try await Program.run("docker", arguments + ["\(installation.namespace)-taken-v1"])
          #expect(try await installation.get("taken", port: port).status == 503)
          let dry = try await installation.orchestrator("reconcile", "--dry-run")
          #expect(dry.output.contains("taken v1: would be started"), "\(dry.all)")
          let doctor = try await installation.orchestrator("doctor")
          #expect(doctor.status == 6 && doctor.output.contains("taken v1 is not running: its "), "\(doctor.all)")
          let json = try await installation.orchestrator("doctor", "--json")
          let diagnosis = try JSONDecoder().decode(Diagnosis.self, from: Data(json.output.utf8))
          let finding = try #require(diagnosis.findings.first { $0.subject == "taken" && $0.level == .problem })
          #expect(json.status == 6 && finding.isFixable && finding.remedy != nil, "\(json.all)")
          let fixed = try await installation.orchestrator("doctor", "--fix")
          #expect(fixed.output.contains("fixed    taken v1: \(done)"), "\(fixed.all)")
          try await eventually { try await installation.get("taken", port: port).status == 200 }
          #expect(try await installation.orchestrator("reconcile").output == "")
        }
      }
    }

    @Test(
      "nginx that is gone, or whose files are, is brought back by reconcile, which says so before if it is asked to",
      arguments: Lane.runtimes)
    func nginxGone(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("fronted") {
        try await installation.deploy("plain", app, as: "fronted")
        for isStopped in [true, false] {
          if isStopped {
            try await installation.stopNginx()
          } else {
            try FileManager.default.removeItem(atPath: installation.home + "/proxy")
          }
          let dry = try await installation.orchestrator("reconcile", "--dry-run")
          #expect(dry.output.contains("nginx would be brought to what the store says"), "\(dry.all)")
          let run = try await installation.orchestrator("reconcile")
          #expect(run.status == 0 && run.output.contains("nginx serves generation"), "\(run.all)")
          #expect(try await installation.page("fronted", port: port) == "hello v1")
          #expect(try await installation.orchestrator("reconcile").output == "")
        }
      }
    }

    @Test(
      "an app whose port another program took while it was down is brought back on another port",
      arguments: Lane.runtimes)
    func takenPort(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("robbed") {
        try await installation.deploy("plain", app, as: "robbed")
        let taken = try #require(try await installation.status("robbed").instances[0].port)
        try await installation.stopWorkload("robbed", try ReleaseNumber("v1"))
        let listener = try Listener(on: taken.number)
        defer { listener.stop() }
        let doctor = try await installation.orchestrator("doctor")
        #expect(doctor.output.contains("robbed v1 cannot run, as its port \(taken) is in use by"), "\(doctor.all)")
        let dry = try await installation.orchestrator("reconcile", "--dry-run")
        #expect(
          dry.output.contains("robbed v1: would be started on another port, as its port \(taken) is in use by"),
          "\(dry.all)")
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0 && run.output.contains("robbed v1: its port \(taken) is in use by"), "\(run.all)")
        try await eventually { try await installation.get("robbed", port: port).status == 200 }
        #expect(try await installation.status("robbed").instances[0].port != taken)
        #expect(try await installation.orchestrator("reconcile").output == "")
        #expect(try await installation.disorder(of: "robbed") == [])
      }
    }

    @Test(
      "a state file that another program locks is waited for; after 10 s a deployment is undone, and nothing is left",
      .lane(.process))
    func locked() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("locked") {
        try await installation.deploy("plain", app, as: "locked")
        let before = try await installation.world()
        let gate = app.folder + "/gate"
        try app.write("build.py", "import os, time\nwhile not os.path.exists('\(gate)'): time.sleep(0.02)\n")
        let deployment = Task {
          try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "locked")
        }
        let store = try Store(in: StateFolder(installation.home))
        try await eventually { try await store.leases()["locked"]?.step == "build image" }
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(5)
        let other = try DatabaseQueue(path: store.database.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try app.write("gate", "")
        // This is what goes wrong: a lock for longer than anybody waits, and no longer than the undoing takes.
        try await Task.sleep(for: .seconds(15))
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        let run = try await deployment.value
        #expect(run.status == 5, "\(run.all)")
        #expect(run.errors.contains("another program has kept the state file"), "\(run.all)")
        #expect(run.errors.contains("v1 still serves"), "\(run.all)")
        #expect(try await installation.get("locked", port: port).status == 200)
        _ = try await installation.orchestrator("list")
        #expect(try await installation.world() == before)
      }
    }

    @Test(
      "a disk that fills up at any step of a deployment takes nothing from the release that serves, and leaves nothing",
      arguments: Lane.runtimes)
    func fullDisk(on runtime: RuntimeName) async throws {
      try await withStateOnSmallDisk(on: runtime) { installation, app in
        let arguments = ["deploy", "plain", app.folder, "--subdomain", "squeezed"]
        let points = try await installation.points(of: arguments).enumerated().filter {
          $0.element.hasPrefix("before step ") || $0.element.hasPrefix("before store commit(")
        }
        var failed: Set<String> = []
        for (index, point) in points {
          let run = try await installation.orchestrator(arguments, stoppingAt: index + 1) {
            try installation.fillDisk(leaving: 0)
          }
          try await installation.expectUnharmed(by: run, "\(point)")
          if run.status != 0 { failed.insert(point) }
        }
        #expect(failed.isSuperset(of: ["before step build image", "before step switch route"]), "\(failed)")
        print("the disk filled up at \(points.count) points, \(failed.count) failed: with \(runtime.rawValue)")
      }
    }

    @Test("so does one that has room for some of a deployment", .lane(.process))
    func nearlyFullDisk() async throws {
      try await withStateOnSmallDisk(on: .process) { installation, app in
        try app.write("build.py", "open('made.bin', 'wb').write(b'x' * 400_000)")
        var failed = 0
        for kilobytes in [0, 4, 8, 16, 24, 32, 48, 64, 100, 150, 200, 300, 500, 2000] {
          try installation.fillDisk(leaving: kilobytes * 1024)
          let run = try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "squeezed")
          try await installation.expectUnharmed(by: run, "\(kilobytes) kB")
          if run.status != 0 { failed += 1 }
        }
        #expect(failed > 5)
      }
    }
  }
}

/// Does `work` with an installation whose state folder is on a disk of 12 MiB, where the app `squeezed` serves.
private func withStateOnSmallDisk(
  on runtime: RuntimeName, _ work: (Installation, TestApp) async throws -> Void
) async throws {
  let installation = try await Installation(
    on: runtime, namespace: "orchestrator-test-f-\(runtime.rawValue)",
    portOffset: runtime == .docker ? 10_350 : 11_450, firstUser: runtime == .docker ? 240_000 : 250_000,
    isNetworkIsolated: false)
  try await installation.onDisk(mountedBy: ["-t", "tmpfs", "-o", "size=12m,mode=711", "tmpfs"], with: "squeezed") {
    let app = try TestApp.plain()
    try await installation.deploy("plain", app, as: "squeezed")
    try await work(installation, app)
    try await installation.deploy("plain", app, as: "squeezed")
  }
}

extension Installation {
  /// Expects that the app `squeezed` serves and, when the disk has room again, that nothing of a deployment is left.
  fileprivate func expectUnharmed(by run: Run, _ moment: String) async throws {
    #expect(try await get("squeezed", port: TestStacks.plainPort).status == 200, "\(moment)")
    if run.status != 0 {
      let reasons = ["the disk is full", "would fill the disk", "No space left on device"]
      #expect(reasons.contains(where: run.errors.contains), "\(moment): \(run.all)")
    }
    emptyDisk()
    #expect(try await orchestrator("list").status == 0)
    #expect(try await disorder(of: "squeezed") == [], "\(moment): \(run.all)")
  }
}
