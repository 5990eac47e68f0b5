import Foundation
import Testing

@testable import Orchestrator

extension Integration {
  /// At each of its points: before and after everything that a command changes outside of itself. See `FaultPoint`.
  @Suite("Killed at any point")
  struct FaultTests {
    let port = TestStacks.plainPort

    @Test("a deployment leaves nothing behind for longer than until the next command, and no request fails")
    func deployment() async throws { try await withBothRuntimes(deployment(on:)) }

    private func deployment(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        try await installation.killAtEachPoint(of: arguments, asking: port)
      }
    }

    @Test("so does the very first deployment, at the points that no other has: nothing is left, nginx included")
    func first() async throws { try await withBothRuntimes(first(on:)) }

    private func first(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let arguments = ["deploy", "plain", app.folder, "--subdomain", "mortal"]
      try await installation.using("mortal") {
        try await installation.startFromNothing()
        let points = try await installation.points(of: arguments)
        let usual = Set(try await installation.points(of: arguments))
        let own = points.enumerated().filter { !usual.contains($0.element) }
        #expect(!own.isEmpty)
        for (index, point) in own {
          try await installation.startFromNothing()
          let run = try await installation.orchestrator(arguments, environment: ["ORCHESTRATOR_DIE_AT": "\(index + 1)"])
          try #require(run.status == 137, "\(point): \(run.all)")
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

    @Test("so does reconcile: whoever comes next, or the next reconcile, brings back what it had not")
    func reconciling() async throws { try await withBothRuntimes(reconciling(on:)) }

    private func reconciling(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, _ in
        let live = try #require(try await installation.liveRelease(of: "mortal"))
        var killed = 0
        while true {
          try await installation.stopWorkload("mortal", live)
          try await installation.stopNginx()
          let run = try await installation.orchestrator(
            ["reconcile"], environment: ["ORCHESTRATOR_DIE_AT": "\(killed + 1)"])
          try #require([0, 137].contains(run.status), "\(run.all)")
          #expect(try await installation.orchestrator("list").status == 0)
          let next = try await installation.orchestrator("reconcile")
          #expect(next.status == 0, "\(killed + 1): \(next.all)")
          #expect(try await installation.liveRelease(of: "mortal") == live)
          #expect(try await installation.disorder(of: "mortal") == [], "point \(killed + 1)")
          #expect(try await installation.faultsBeneath() == [], "point \(killed + 1)")
          try await eventually { try await installation.get("mortal", port: port).status == 200 }
          if run.status == 0 { break }
          killed += 1
        }
        #expect(killed > 5)
        print("killed at \(killed) points: reconcile, with \(runtime.rawValue)")
      }
    }

    @Test("so does a deployment of an app of two components")
    func components() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp(["api/app.py": TestApp.plainSource("api"), "web/app.py": TestApp.plainSource("web")])
      try await installation.using("mortal") {
        let arguments = [
          "deploy", "pair", app.folder, "--subdomain", "mortal", "--set", "api=api", "--set", "web=web",
        ]
        try #require(try await installation.orchestrator(arguments).status == 0)
        try await installation.killAtEachPoint(of: arguments, asking: TestStacks.pairPort)
      }
    }

    @Test("so does scaling, up and down: what was being added or taken away is gone, or it is done")
    func scaling() async throws { try await withBothRuntimes(scaling(on:)) }

    private func scaling(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, _ in
        // A container takes its time: for Docker some of the points have to do.
        let stride = runtime == .docker ? 4 : 1
        for instances in ["3", "1"] {
          var point = 1
          let failures = try await installation.asking("mortal", port: port) {
            while true {
              let two = try await installation.orchestrator("scale", "mortal", "2")
              try #require(two.status == 0, "\(two.all)")
              let run = try await installation.orchestrator(
                ["scale", "mortal", instances], environment: ["ORCHESTRATOR_DIE_AT": "\(point)"])
              try #require([0, 137].contains(run.status), "\(run.all)")
              try await eventually {
                try #require(try await installation.orchestrator("list").status == 0)
                return try await installation.disorder(of: "mortal") == []
              }
              #expect(try await installation.faultsBeneath() == [], "point \(point)")
              if run.status == 0 { break }
              point += stride
            }
          }
          #expect(failures == [] && point > 10)
          print("killed at points up to \(point): scale to \(instances), with \(runtime.rawValue)")
        }
      }
    }

    @Test("so does one that is killed at a random moment")
    func randomMoments() async throws { try await withBothRuntimes(randomMoments(on:)) }

    private func randomMoments(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        let start = ContinuousClock.now
        try #require(try await installation.orchestrator(arguments, environment: [:]).status == 0)
        let usual = (ContinuousClock.now - start).seconds
        let failures = try await installation.asking("mortal", port: port) {
          for _ in 1...20 {
            let before = try await installation.moment(of: "mortal")
            let moment = String(format: "%.3f", Double.random(in: 0.01...usual))
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

    @Test("the recovery itself can be killed, and the next one finishes it")
    func recovery() async throws { try await withBothRuntimes(recovery(on:)) }

    private func recovery(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        let points = try await installation.points(of: arguments)
        // The last point before the release is live: everything is there that can be left.
        let last = try #require(points.firstIndex { $0.hasPrefix("before store commit") })
        let before = try await installation.moment(of: "mortal")
        var killed = 0
        while true {
          _ = try await installation.orchestrator(arguments, environment: ["ORCHESTRATOR_DIE_AT": "\(last + 1)"])
          let run = try await installation.orchestrator(
            ["list"], environment: ["ORCHESTRATOR_DIE_AT": "\(killed + 1)"])
          try await installation.expectOrder(of: "mortal", as: before, after: "\(killed + 1) of the recovery")
          if run.status != 137 { break }
          killed += 1
        }
        #expect(killed > 10)
      }
    }

    @Test("a destruction is finished by the next command, or has not begun")
    func destruction() async throws { try await withBothRuntimes(destruction(on:)) }

    private func destruction(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      // nginx goes on without an app.
      try await installation.deploy("plain", app, as: "mortal")
      try await installation.destroy("mortal")
      let empty = try await installation.world()
      var killed = 0
      while true {
        try await installation.deploy("plain", app, as: "mortal")
        let run = try await installation.orchestrator(
          ["destroy", "mortal", "--yes"], environment: ["ORCHESTRATOR_DIE_AT": "\(killed + 1)"])
        try #require([0, 137].contains(run.status), "\(run.all)")
        let list = try await installation.orchestrator("list")
        if list.output.contains("mortal") {
          #expect(try await installation.disorder(of: "mortal") == [], "point \(killed + 1)")
          #expect(try await installation.get("mortal", port: port).status == 200)
          try await installation.destroy("mortal")
        }
        #expect(try await installation.world() == empty, "point \(killed + 1)")
        if run.status == 0 { break }
        killed += 1
      }
      #expect(killed > 10)
    }

    @Test("so are pruning, a backup and going back to one")
    func upkeep() async throws {
      try await withMortalApp(on: .process) { installation, arguments in
        let file = NSTemporaryDirectory() + "orchestrator-backup-\(UUID().uuidString).db"
        defer { unlink(file) }
        for words in [["prune", "--keep", "2"], ["backup", file], ["restore", file]] {
          var killed = 0
          while true {
            // Something to prune, and something to go back to.
            try #require(try await installation.orchestrator(arguments).status == 0)
            if words[0] == "restore" {
              unlink(file)
              try #require(try await installation.orchestrator("backup", file).status == 0)
            }
            let run = try await installation.orchestrator(words, environment: ["ORCHESTRATOR_DIE_AT": "\(killed + 1)"])
            try #require([0, 137].contains(run.status), "\(run.all)")
            #expect(try await installation.orchestrator("list").status == 0)
            #expect(try await installation.orchestrator("reconcile").status == 0)
            #expect(try await installation.disorder(of: "mortal") == [], "\(words) at \(killed + 1)")
            #expect(try await installation.get("mortal", port: port).status == 200)
            if run.status == 0 { break }
            killed += 1
          }
          #expect(killed > 1, "\(words)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: installation.home)
        #expect(names.filter { $0.contains("restoring") || $0.contains("keeping") } == [])
        #expect(names.contains { $0.hasPrefix("state.before-restore-") })
        for name in names where name.hasPrefix("state.before-restore-") { unlink(installation.home + "/" + name) }
      }
    }

    @Test("an error before or after any step is undone as well, or comes when the release serves")
    func errors() async throws { try await withBothRuntimes(errors(on:)) }

    private func errors(on runtime: RuntimeName) async throws {
      try await withMortalApp(on: runtime) { installation, arguments in
        let points = try await installation.points(of: arguments)
        let failures = try await installation.asking("mortal", port: port) {
          for (index, point) in points.enumerated() where point.contains(" step ") || point.contains("commit(") {
            let before = try await installation.moment(of: "mortal")
            let run = try await installation.orchestrator(
              arguments, environment: ["ORCHESTRATOR_FAIL_AT": "\(index + 1)"])
            #expect(run.status == (point.hasPrefix("after store commit") ? 0 : 5), "\(point): \(run.all)")
            try await installation.expectOrder(of: "mortal", as: before, after: point)
          }
        }
        #expect(failures == [])
      }
    }
  }
}
