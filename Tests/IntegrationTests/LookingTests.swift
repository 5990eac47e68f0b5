import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

extension Integration {
  @Suite("Looking at apps")
  struct LookingTests {
    @Test("logs shows the last lines, and with -f the new ones until Ctrl-C", arguments: Lane.runtimes)
    func logs(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("chatty") {
        try await installation.deploy("plain", app, as: "chatty")
        let all = try await installation.orchestrator("logs", "chatty")
        #expect(all.output.hasPrefix("listening\n"))
        let last = try await installation.orchestrator("logs", "chatty", "--tail", "1")
        #expect(last.output.split(separator: "\n").count == 1)
        let objects = try await installation.orchestrator("logs", "chatty", "--tail", "1", "--json")
        #expect(objects.output.hasPrefix("{\"line\":"))
        let followed = try await installation.following("chatty") {
          _ = try await installation.get("chatty", port: TestStacks.plainPort, path: "/new-line")
        }
        #expect(followed.contains("/new-line"))
      }
    }

    @Test("list, status and deploy speak JSON, an object or an object per line", arguments: Lane.runtimes)
    func json(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("spoken") {
        let run = try await installation.deploy("plain", app, as: "spoken", "--json")
        #expect(run.errors == "")
        let names = try run.output.split(separator: "\n").map { line in
          try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])["event"] as? String
        }
        #expect(names.first == "started")
        #expect(names.last == "live")
        #expect(names.filter { $0 == "step_finished" }.count == StepName.allCases.count)
        let status = try await installation.orchestrator("status", "spoken", "--json")
        let object = try #require(
          try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
        #expect(object["state"] as? String == "running")
        #expect(object["release"] as? String == "v1")
        let components = try #require(object["components"] as? [[String: Any]])
        let instances = components.flatMap { $0["instances"] as? [[String: Any]] ?? [] }
        #expect(instances.map { $0["port"] as? Int } == [installation.port(21000)])
      }
    }

    @Test("a quiet deploy prints nothing but the address", arguments: Lane.runtimes)
    func quiet(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("quiet") {
        let run = try await installation.deploy("plain", app, as: "quiet", "--quiet")
        #expect(run.output == "http://quiet.localhost:\(installation.port(TestStacks.plainPort))\n")
        #expect(run.errors == "")
      }
    }

    @Test(
      "an app that is unknown is not found, by every command that names one", arguments: ["status", "logs", "destroy"],
      Lane.runtimes)
    func unknown(_ command: String, on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let run = try await installation.orchestrator([command, "nobody"] + (command == "destroy" ? ["--yes"] : []))
      #expect(run.status == 3)
      #expect(run.errors.contains("there is no app 'nobody'"))
    }
  }
}

extension Installation {
  /// What `logs -f` prints until it printed what `work` caused; Ctrl-C ends it then.
  func following(_ name: String, while work: @escaping @Sendable () async throws -> Void) async throws -> String {
    try await Program.follow(["logs", name, "-f"], environment: environment, until: "/new-line", after: work)
  }
}
