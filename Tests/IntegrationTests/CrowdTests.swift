import Foundation
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

extension Integration {
  @Suite("Many deployments at the same time")
  struct CrowdTests {
    let port = TestStacks.crowdedPort

    @Test(
      "one app more than a range has ports, from 4 processes: all are live but one, which is told why, and reloads are shared",
      .lane(.process))
    func crowd() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      let count = TestStacks.crowdedPorts
      let names = (1...count + 1).map { "crowd-\($0)" }
      let first = installation.port(21500)
      let before = try await installation.generation()
      let result = await Result(catching: {
        let lines = try await installation.deployMany("crowded", app, names, processes: 4)
        let refused = lines.filter { $0[1] == "ports_exhausted" }
        #expect(refused.count == 1, "\(lines.filter { $0[1] != "v1" })")
        #expect(
          refused.first?.last
            == "all \(count) internal ports of 'crowded' (\(first)-\(first + count - 1)) are in use")
        let live = lines.filter { $0[1] == "v1" }
        #expect(live.count == count, "\(lines.filter { $0[1] != "v1" })")
        #expect(Set(live.map { $0[2] }).count == count)
        for line in live { #expect(try await installation.page(line[0], port: port) == "hello v1") }
        let reloads = try await installation.generation() - before
        print("crowd: \(count) apps live on as many ports, \(reloads) reloads for \(count) switches")
        #expect(reloads < count)
      })
      try await installation.destroyAll(names)
      try result.get()
    }

    @Test(
      "a second command for one app is told who is at it, since when, and where; or waits, if it is asked to",
      .lane(.process))
    func second() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      let gate = app.folder + "/gate"
      try app.write("build.py", "import os, time\nwhile not os.path.exists('\(gate)'): time.sleep(0.02)\n")
      let arguments = ["deploy", "plain", app.folder, "--subdomain", "sought"]
      try await installation.using("sought") {
        let first = Task { try await installation.orchestrator(arguments) }
        let store = try Store(in: StateFolder(installation.home))
        try await eventually { try await store.leases()["sought"]?.step == "build image" }
        let holder = try #require(try await store.leases()["sought"]).processID
        let refused = try await installation.orchestrator(arguments)
        #expect(refused.status == 4, "\(refused.all)")
        let says = refused.errors.contains("'sought' v1 is being deployed by process \(holder) since 20")
        #expect(says && refused.errors.contains(", at 'build image'"), "\(refused.all)")
        let waiting = Task { try await installation.orchestrator(arguments + ["--wait=60s"]) }
        let tooLong = try await installation.orchestrator(arguments + ["--wait=1s"])
        #expect(tooLong.status == 4, "\(tooLong.all)")
        try app.write("gate", "")
        #expect(try await first.value.status == 0)
        let second = try await waiting.value
        #expect(second.status == 0 && second.errors.contains("as v2"), "\(second.all)")
      }
    }

    @Test("two processes that deploy one app take turns: no deployment is lost, and no request", .lane(.process))
    func sameApp() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("contested") {
        try await installation.deploy("crowded", app, as: "contested")
        let rounds = Effort.times(50, short: 5)
        let failures = try await installation.asking("contested", port: port) {
          let lines = try await installation.deployMany("crowded", app, ["contested"], processes: 2, rounds: rounds)
          #expect(Set(lines.map { $0[1] }) == Set((2...rounds * 2 + 1).map { "v\($0)" }))
        }
        #expect(failures == [])
        try await eventually { try await installation.disorder(of: "contested").isEmpty }
      }
    }
  }
}

extension Installation {
  /// Deploys apps from several processes at the same time; gives back what each deployment came to, in words.
  func deployMany(
    _ stack: String, _ app: TestApp, _ names: [String], processes: Int, rounds: Int = 1
  ) async throws -> [[String]] {
    let shares = (0..<processes).map { share in
      names.count == 1 ? names : names.enumerated().filter { $0.offset % processes == share }.map(\.element)
    }
    let environment = environment.merging([
      "ORCHESTRATOR_PLUGIN_FOLDERS": TestStacks.folder(), "ORCHESTRATOR_PROGRAM": Program.path,
    ]) { _, new in new }
    return try await withThrowingTaskGroup(of: Run.self) { group in
      for share in shares {
        group.addTask {
          try await Program.run(
            Program.deployMany, [String(rounds), stack, app.folder] + share, environment: environment)
        }
      }
      var lines: [[String]] = []
      for try await run in group {
        #expect(run.status == 0, "\(run.all)")
        lines += run.output.split(separator: "\n").map {
          $0.split(separator: " ", maxSplits: 2).map(String.init)
        }
      }
      return lines
    }
  }

  /// How often nginx was told to serve something new.
  fileprivate func generation() async throws -> Int {
    try await Store(in: StateFolder(home)).read { try Int.fetchOne($0, sql: "SELECT generation FROM proxy") ?? 0 }
  }

  func destroyAll(_ names: [String]) async throws {
    var configuration = try await OrchestratorConfiguration.load(home: home, environment: environment)
    configuration.program = Program.path
    configuration.pluginFolders = [TestStacks.folder()]
    let engine = try DeploymentEngine(configuration)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for name in names {
        group.addTask {
          do { try await engine.destroy(AppName(name)) } catch let error as OrchestratorError
            where error.code == .notFound
          {}
        }
      }
      try await group.waitForAll()
    }
  }
}
