import Foundation
import GRDB
import Testing

@testable import Orchestrator

extension Integration {
  @Suite("When the world changes underneath")
  struct WorldTests {
    let port = TestStacks.plainPort

    @Test(
      "a workload that somebody stopped or removed is brought back by reconcile, which says so before if it is asked to"
    )
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
          #expect(doctor.status == 6 && doctor.output.contains("what runs taken v1 is "), "\(doctor.all)")
          let fixed = try await installation.orchestrator("doctor", "--fix")
          #expect(fixed.output.contains("fixed    taken v1: \(done)"), "\(fixed.all)")
          try await eventually { try await installation.get("taken", port: port).status == 200 }
          #expect(try await installation.orchestrator("reconcile").output == "")
        }
      }
    }

    @Test(
      "a state file that another program locks is waited for; after 10 s a deployment is undone, and nothing is left")
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
        let other = try DatabaseQueue(path: store.database.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try app.write("gate", "")
        // This is what goes wrong: a lock for longer than anybody waits, and no longer than the undoing takes.
        try await Task.sleep(for: .seconds(11))
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
      "a disk that fills up at any moment of a deployment takes nothing from the release that serves, and leaves nothing"
    )
    func fullDisk() async throws {
      let installation = try await Installation(
        on: .process, namespace: "orchestrator-test-f", portOffset: 11_450, isSecluded: false)
      try await installation.withStateOnSmallDisk {
        let app = try TestApp.plain()
        try await installation.deploy("plain", app, as: "squeezed")
        try app.write("build.py", "open('made.bin', 'wb').write(b'x' * 400_000)")
        var failed = 0
        for kilobytes in [0, 4, 8, 16, 24, 32, 48, 64, 100, 150, 200, 300, 500, 2000] {
          try installation.fillDisk(leaving: kilobytes * 1024)
          let run = try await installation.orchestrator(
            ["deploy", "plain", app.folder, "--subdomain", "squeezed"], environment: ["ORCHESTRATOR_RESERVED_DISK": "0"]
          )
          #expect(try await installation.get("squeezed", port: port).status == 200, "\(kilobytes) kB")
          if run.status != 0 {
            failed += 1
            let reasons = ["the disk is full", "would fill the disk", "No space left on device"]
            #expect(reasons.contains(where: run.errors.contains), "\(kilobytes) kB: \(run.all)")
          }
          installation.emptyDisk()
          #expect(try await installation.orchestrator("list").status == 0)
          #expect(try await installation.disorder(of: "squeezed") == [], "\(kilobytes) kB: \(run.all)")
        }
        #expect(failed > 5)
        try await installation.deploy("plain", app, as: "squeezed")
        try await installation.destroy("squeezed")
      }
    }
  }
}

extension Installation {
  private var filler: String { home + "/filler" }

  /// Does `work` while the state folder is on a disk of 12 MiB.
  fileprivate func withStateOnSmallDisk(_ work: () async throws -> Void) async throws {
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let mounted = try await Program.run("mount", ["-t", "tmpfs", "-o", "size=12m,mode=711", "tmpfs", home])
    try #require(mounted.status == 0, "a small disk is needed: \(mounted.errors)")
    // What is too little for a deployment is not refused before it is begun.
    try "reservedDisk: 0".write(toFile: home + "/settings.yaml", atomically: true, encoding: .utf8)
    let result = await Result(catching: work)
    emptyDisk()
    try await destroy("squeezed")
    _ = try await orchestrator("proxy", "stop")
    let unmounted = try await Program.run("umount", [home])
    #expect(unmounted.status == 0, "\(unmounted.all)")
    try result.get()
  }

  fileprivate func fillDisk(leaving bytes: Int) throws {
    let free = try #require(DiskSpace(at: home)).free
    try Data(count: max(0, free - bytes)).write(to: URL(fileURLWithPath: filler))
  }

  fileprivate func emptyDisk() { try? FileManager.default.removeItem(atPath: filler) }
}
