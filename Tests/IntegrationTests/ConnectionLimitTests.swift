import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

extension Integration {
  /// With `ORCHESTRATOR_TEST_EXHAUSTIVE=1` the attacks are as large as those that once kept all other apps from their clients.
  @Suite("What the clients of one app, or one client, do")
  struct ConnectionLimitTests {
    /// The stack of the app that hangs, and that of the bystander.
    private let port = 9009

    /// Whatever is done to the app `hang` is to cost the app `bystander` nothing.
    private func withApps(
      on runtime: RuntimeName, connections: Int? = nil, _ variables: [String: String] = [:],
      _ work: (Installation) async throws -> Void
    ) async throws {
      let installation = try await Installation.on(runtime)
      let stack = try installation.stackText(named: "bounded", publicPort: port)
        .replacingOccurrences(of: "memory: 128m", with: "memory: 512m")
      let folder = try TestApp(["stack.yaml": stack + (connections.map { "\nhttp: {connections: \($0)}\n" } ?? "\n")])
      let (hanging, plain) = (try TestApp.hanging(), try TestApp.plain())
      try await installation.using("hang", "bystander") {
        for (name, app) in [("bystander", plain), ("hang", hanging)] {
          let run = try await installation.orchestrator(
            ["deploy", "bounded", app.folder, "--subdomain", name, "--plugins", folder.folder], environment: variables)
          try #require(run.status == 0, "\(run.all)")
        }
        try await work(installation)
      }
    }

    @Test("takes an app at most its share of nginx's connections; no other loses one", arguments: Lane.runtimes)
    func pending(on runtime: RuntimeName) async throws {
      // Docker's own relay to a container has not enough open files for all that an app may have.
      let share = Effort.isExhaustive ? (runtime == .docker ? 2500 : nil) : 40
      try await withApps(on: runtime, connections: share) { installation in
        let connections = try #require(try await installation.proxyStatus().connections)
        let most = share ?? connections / 4
        let flood = Flood(
          kind: .whole, count: Effort.times(5000, short: 100), host: "hang.localhost", bystander: "bystander.localhost",
          expected: most)
        let outcome = try await flood.run(port: installation.port(port))
        #expect(outcome.pending == most && outcome.answered == ["503": flood.count - most], "\(outcome)")
        #expect(outcome.bystander == ["200": Flood.questions], "\(outcome)")
        #expect(outcome.example.contains("Retry-After: 5\r\n"), "\(outcome.example)")
        #expect(outcome.example.contains("\"error\":\"unavailable\""), "\(outcome.example)")
        // What is over does not count.
        try await eventually { try await installation.get("hang", port: port).status == 200 }
      }
    }

    @Test(
      "takes an app its share, and no more, where only the routing table serves it", .lane(.process))
    func withoutLane() async throws {
      try await withApps(on: .process) { installation in
        let most = try #require(try await installation.proxyStatus().connections) / 4
        try await installation.removeServerBlock(of: "hang")
        let flood = Flood(
          kind: .whole, count: most + 50, host: "hang.localhost", bystander: "bystander.localhost", expected: most)
        let outcome = try await flood.run(port: installation.port(port))
        #expect(outcome.pending == most && outcome.answered == ["503": 50], "\(outcome)")
        #expect(outcome.bystander == ["200": Flood.questions], "\(outcome)")
      }
    }

    @Test("is of no use where it does not say what it asks for: that is given up", arguments: Lane.runtimes)
    func unfinished(on runtime: RuntimeName) async throws {
      try await withApps(on: runtime) { installation in
        var flood = Flood(
          kind: .unfinished, count: 9000, host: "hang.localhost", bystander: "bystander.localhost")
        flood.isHeldToTheEnd = Effort.isExhaustive
        let outcome = try await flood.run(port: installation.port(port))
        #expect(outcome.bystander == ["200": Flood.questions], "\(outcome)")
        if Effort.isExhaustive { #expect(outcome.left == 0, "\(outcome)") }
      }
    }

    @Test(
      "is bounded for each client's address, of which a trusted proxy says whose it is", arguments: Lane.runtimes
    )
    func clients(on runtime: RuntimeName) async throws {
      let trust = ["ORCHESTRATOR_TRUSTED_PROXIES": "127.0.0.2"]
      try await withApps(on: runtime, trust) { installation in
        let most = try #require(try await installation.proxyStatus().connections) / 16
        func flood(from client: [String], expecting expected: Int, other: String) async throws -> Flood.Outcome {
          let flood = Flood(
            kind: .whole, count: most + 20, host: "hang.localhost", bystander: "bystander.localhost",
            expected: expected,
            source: "127.0.0.2", header: client, bystanderHeader: ["X-Forwarded-For: \(other)"])
          return try await flood.run(port: installation.port(port))
        }
        for (client, other, status) in [
          ("203.0.113.7", "203.0.113.8", "200"), ("2001:db8:0:7::1", "2001:db8:0:8::1", "200"),
          ("2001:db8:0:7::1", "2001:db8:0:7:ffff::2", "429"),
        ] {
          let header = ["X-Forwarded-For: 198.51.100.1, \(client)"]
          let outcome = try await flood(from: header, expecting: most, other: other)
          #expect(outcome.pending == most && outcome.answered == ["429": 20], "\(outcome)")
          #expect(outcome.bystander == [status: Flood.questions], "\(outcome)")
          #expect(outcome.example.contains("Retry-After: 5\r\n"), "\(outcome.example)")
          #expect(outcome.example.contains("\"error\":\"too_many_requests\""), "\(outcome.example)")
        }
        // The proxy itself may have as many as it likes.
        let outcome = try await flood(from: [], expecting: most + 20, other: "203.0.113.8")
        #expect(outcome.pending == most + 20 && outcome.answered.isEmpty, "\(outcome)")
      }
    }

    @Test(
      "is not counted for ever when a worker of nginx is killed: whoever comes next has nginx begin anew",
      arguments: Lane.runtimes)
    func killedWorkers(on runtime: RuntimeName) async throws {
      try await withApps(on: runtime, connections: 4) { installation in
        // One that comes at the moment of a question, below, is too many, and tries again.
        let silent = (1...4).map { _ in
          Task { while try await installation.get("hang", port: port, path: "/slow").status == 503 {} }
        }
        try await eventually { try await installation.get("hang", port: port).status == 503 }
        let workers = NginxWorkers(of: try await installation.nginxMaster()).active
        for worker in workers { kill(pid_t(worker), SIGKILL) }
        for task in silent { await #expect(throws: (any Error).self) { try await task.value } }
        try await eventually { (try? await installation.get("hang", port: port).status) == 503 }
        let run = try await installation.orchestrator("list")
        #expect(run.status == 0 && run.errors.contains("a worker of nginx had ended"), "\(run.all)")
        #expect(try await installation.get("hang", port: port).status == 200)
        #expect(try await installation.orchestrator("list").errors == "")
      }
    }
  }
}
