import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  /// At the points of each command: before and after everything that it changes outside of itself. See `FaultPoint` and `PointSample`.
  @Suite("Killed at any point")
  struct FaultTests {
    let port = TestStacks.plainPort

    @Test(
      "a deployment leaves nothing behind for longer than until the next command, and no request fails",
      arguments: Lane.runtimes)
    func deployment(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        try await installation.killAtPoints(of: arguments, asking: port)
      }
    }

    @Test(
      "so does the very first deployment, at the points that no other has: nothing is left, nginx included",
      arguments: Lane.runtimes)
    func first(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let arguments = ["deploy", "plain", app.folder, "--subdomain", "mortal"]
      try await installation.using("mortal") {
        try await installation.deploy("plain", app, as: "mortal")
        let later = Set(try await installation.points(of: arguments))
        try await installation.dyingAtPoints(
          of: arguments, only: { !later.contains($0.name) }, before: { try await installation.startFromNothing() }
        ) { _, point in
          let list = try await installation.orchestrator("list")
          #expect(list.status == 0, "\(point): \(list.all)")
          #expect(try await installation.liveRelease(of: "mortal") == nil, "\(point)")
          #expect(try await installation.disorder(of: "mortal") == [], "\(point)")
          #expect(try await installation.faultsBeneath() == [], "\(point)")
          #expect(try await installation.orchestrator("reconcile").status == 0, "\(point)")
          let left = try await installation.world()
          #expect(left.containers + left.processes == [], "\(point)")
        }
        try await installation.deploy("plain", app, as: "mortal")
      }
    }

    @Test(
      "so does reconcile: the next command, or the next reconcile, brings back what it had not",
      arguments: Lane.runtimes)
    func reconciling(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, _ in
        let live = try #require(try await installation.liveRelease(of: "mortal"))
        try await installation.dyingAtPoints(
          of: ["reconcile"],
          before: {
            try await installation.stopWorkload("mortal", live)
            try await installation.stopNginx()
          }
        ) { _, point in
          #expect(try await installation.orchestrator("list").status == 0)
          let next = try await installation.orchestrator("reconcile")
          #expect(next.status == 0, "\(point): \(next.all)")
          #expect(try await installation.liveRelease(of: "mortal") == live)
          #expect(try await installation.disorder(of: "mortal") == [], "\(point)")
          #expect(try await installation.faultsBeneath() == [], "\(point)")
          try await eventually { try await installation.get("mortal", port: port).status == 200 }
        }
      }
    }

    @Test("so does a deployment of an app of two components", .lane(.process))
    func components() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp(["api/app.py": TestApp.plainSource("api"), "web/app.py": TestApp.plainSource("web")])
      try await installation.using("mortal") {
        let arguments = [
          "deploy", "pair", app.folder, "--subdomain", "mortal", "--set", "api=api", "--set", "web=web",
        ]
        try #require(try await installation.orchestrator(arguments).status == 0)
        try await installation.killAtPoints(of: arguments, asking: TestStacks.pairPort)
      }
    }

    @Test(
      "so does scaling, up and down: what was being added or taken away is gone, or it is done",
      arguments: Lane.runtimes, ["3", "1"])
    func scaling(on runtime: RuntimeName, to instances: String) async throws {
      try await withMortalApp(on: runtime) { installation, _ in
        let failures = try await installation.asking("mortal", port: port) {
          try await installation.dyingAtPoints(
            of: ["scale", "mortal", instances],
            before: {
              let two = try await installation.orchestrator("scale", "mortal", "2")
              try #require(two.status == 0, "\(two.all)")
            }
          ) { _, point in
            try await eventually {
              try #require(try await installation.orchestrator("list").status == 0)
              return try await installation.disorder(of: "mortal") == []
            }
            #expect(try await installation.faultsBeneath() == [], "\(point)")
          }
        }
        #expect(failures == [])
      }
    }

    @Test("so does one that is killed at a random moment", arguments: Lane.runtimes)
    func randomMoments(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        let start = ContinuousClock.now
        try #require(try await installation.orchestrator(arguments, environment: [:]).status == 0)
        let whole = (ContinuousClock.now - start).seconds
        let failures = try await installation.asking("mortal", port: port) {
          for _ in 1...Effort.times(20, short: 4) {
            let before = try await installation.moment(of: "mortal")
            let moment = String(format: "%.3f", Double.random(in: 0.01...whole))
            _ = try await Program.run(
              "timeout",
              ["--signal=KILL", moment, Program.path] + arguments + ["--plugins", TestStacks.folder()],
              environment: installation.environment)
            try await installation.expectOrder(of: "mortal", as: before, after: "\(moment) s")
          }
        }
        #expect(failures == [])
      }
    }

    @Test("the recovery itself can be killed, and the next one finishes it", arguments: Lane.runtimes)
    func recovery(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        let points = try await installation.points(of: arguments)
        // The last point before the release is live: everything is there that can be left.
        let last = try #require(points.firstIndex { $0.hasPrefix("before store commit") })
        let before = try await installation.moment(of: "mortal")
        try await installation.dyingAtPoints(
          of: ["list"],
          before: {
            let run = try await installation.orchestrator(
              arguments, environment: ["ORCHESTRATOR_DIE_AT": "\(last + 1)"])
            try #require(run.status == 137, "\(run.all)")
          }
        ) { _, point in
          try await installation.expectOrder(of: "mortal", as: before, after: point)
        }
      }
    }

    @Test("a destruction is finished by the next command, or has not begun", arguments: Lane.runtimes)
    func destruction(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      // nginx goes on without an app.
      try await installation.deploy("plain", app, as: "mortal")
      try await installation.destroy("mortal")
      let empty = try await installation.world()
      try await installation.dyingAtPoints(
        of: ["destroy", "mortal", "--yes"], before: { try await installation.deploy("plain", app, as: "mortal") }
      ) { _, point in
        let list = try await installation.orchestrator("list")
        if list.output.contains("mortal") {
          #expect(try await installation.disorder(of: "mortal") == [], "\(point)")
          #expect(try await installation.get("mortal", port: port).status == 200)
          try await installation.destroy("mortal")
        }
        #expect(try await installation.world() == empty, "\(point)")
      }
    }

    @Test("so are pruning, a backup and going back to one", .lane(.process), arguments: ["prune", "backup", "restore"])
    func upkeep(_ verb: String) async throws {
      try await withMortalApp(on: .process) { installation, arguments in
        let file = NSTemporaryDirectory() + "orchestrator-backup-\(UUID().uuidString).db"
        defer { unlink(file) }
        let words = [verb] + (verb == "prune" ? ["--keep", "2"] : [file])
        try await installation.dyingAtPoints(
          of: words,
          before: {
            // Something to prune, and something to go back to.
            try #require(try await installation.orchestrator(arguments).status == 0)
            guard verb == "restore" else { return }
            unlink(file)
            try #require(try await installation.orchestrator("backup", file).status == 0)
          }
        ) { _, point in
          let list = try await installation.orchestrator("list")
          #expect(list.status == 0, "\(point): \(list.all)")
          #expect(try await installation.orchestrator("reconcile").status == 0)
          #expect(try await installation.disorder(of: "mortal") == [], "\(point)")
          #expect(try await installation.get("mortal", port: port).status == 200)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: installation.home)
        #expect(names.filter { $0.contains("restoring") || $0.contains("keeping") } == [])
        #expect((verb == "restore") == names.contains { $0.hasPrefix("state.before-restore-") })
        for name in names where name.hasPrefix("state.before-restore-") { unlink(installation.home + "/" + name) }
      }
    }

    @Test(
      "an error before or after any step is undone as well, or comes when the release serves", arguments: Lane.runtimes)
    func errors(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        let names = try await installation.points(of: arguments)
        // A step has two points, before and after: of these it is every fourth, each in turn.
        let sample = PointSample(
          stride: Effort.times(1, short: 4), first: (PointSample.current.first - 1) % Effort.times(1, short: 4) + 1)
        let points = sample.points(names) { $0.name.contains(" step ") || $0.name.contains("commit(") }
        let failures = try await installation.asking("mortal", port: port) {
          for point in points {
            let before = try await installation.moment(of: "mortal")
            let run = try await installation.orchestrator(
              arguments, environment: ["ORCHESTRATOR_FAIL_AT": "\(point.number)"])
            #expect(run.status == (point.name.hasPrefix("after store commit") ? 0 : 5), "\(point): \(run.all)")
            try await installation.expectOrder(of: "mortal", as: before, after: point.name)
          }
        }
        #expect(failures == [])
      }
    }
  }
}
