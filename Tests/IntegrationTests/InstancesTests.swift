import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  @Suite("Several instances of an app")
  struct InstancesTests {
    let port = TestStacks.plainPort

    @Test(
      "share its requests; when one of three is killed no request fails, and it comes back",
      arguments: Lane.runtimes)
    func killed(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.tellingInstances()
      try await installation.using("many") {
        try await installation.deploy("plain", app, as: "many", "--instances", "3")
        #expect(try await installation.answeringInstances("many", port: port, requests: 90) == ["1", "2", "3"])
        let second = try #require(try await installation.status("many").instances[1].processID)
        let failures = try await installation.asking("many", port: port, clients: 8) {
          kill(pid_t(second), SIGKILL)
          try await eventually {
            let now = try await installation.status("many").instances[1]
            return now.state == .running && now.processID != second && now.restarts == 1
          }
          try await eventually {
            try await installation.answeringInstances("many", port: port, requests: 30).contains("2")
          }
        }
        #expect(failures == [])
        let text = try await installation.orchestrator("status", "many")
        #expect(text.output.matches(of: /\n *instance \d +running\n/).count == 3, "\(text.all)")
      }
    }

    @Test(
      "are added, replaced and taken away without a lost request, within few ports",
      arguments: Lane.runtimes)
    func scaled(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.tellingInstances()
      let port = TestStacks.tightPort
      try await installation.using("scaled") {
        try await installation.deploy("tight", app, as: "scaled")
        let failures = try await installation.asking("scaled", port: port, clients: 4) {
          let more = try await installation.orchestrator("scale", "scaled", "2")
          #expect(more.status == 0 && more.output.contains("=====> Scaled: "), "\(more.all)")
          #expect(try await installation.answeringInstances("scaled", port: port, requests: 60) == ["1", "2"])
          // The stack has two ports, and both are taken.
          let redeploy = try await installation.deploy("tight", app, as: "scaled")
          #expect(redeploy.errors.contains("gives way to the new release"), "\(redeploy.all)")
          #expect(try await installation.status("scaled").instances.map(\.state) == [.running, .running])
          #expect(try await installation.disorder(of: "scaled") == [])
          let tooMany = try await installation.orchestrator("scale", "scaled", "3")
          #expect(tooMany.status == 5 && tooMany.errors.contains("v2 still serves"), "\(tooMany.all)")
          let fewer = try await installation.orchestrator("scale", "scaled", "1")
          #expect(fewer.status == 0 && fewer.errors.contains("drained"), "\(fewer.all)")
        }
        #expect(failures == [])
        #expect(try await installation.status("scaled").instances.count == 1)
        #expect(try await installation.disorder(of: "scaled") == [])
      }
    }

    @Test(
      "are left alone when they are gone: what was not sent to one goes to the other, a POST too, and soon nothing is tried there",
      arguments: Lane.runtimes)
    func gone(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.tellingInstances()
      try await installation.using("alone") {
        try await installation.deploy("plain", app, as: "alone", "--instances", "2")
        try await installation.stopWorkload("alone", try ReleaseNumber("v1"))
        for number in 1...500 {
          let method = number % 2 == 0 ? "GET" : "POST"
          let answer = try await installation.get("alone", port: port, method: method)
          #expect(answer.status == 200 && answer.text == "2", "\(method) \(number)")
        }
        // nginx names all that it tried. After 100 in vain it asks the one that is gone once in a second.
        let log = try String(contentsOfFile: installation.home + "/proxy/logs/access.log", encoding: .utf8)
        let tried = log.matches(of: /"app":"alone",[^\n]*"upstream":"[^",]+, [^",]+"/).count
        #expect(tried > 0 && tried < 200, "\(tried)")
      }
    }

    @Test("do not get a request that may have had an effect twice", arguments: Lane.runtimes)
    func post(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.tellingInstances()
      try await installation.using("once") {
        try await installation.deploy("plain", app, as: "once", "--instances", "2")
        let answer = try await installation.get("once", port: port, path: "/die", method: "POST")
        #expect(answer.status == 503)
        let logs = try await installation.orchestrator("logs", "once")
        #expect(logs.output.matches(of: /dying of POST/).count == 1, "\(logs.all)")
        // A request without effect goes to the other one when an instance ends over it. No more at once than one has the memory for: each
        // takes a thread of the app.
        try await eventually {
          try await installation.answeringInstances("once", port: port, requests: 8) == ["1", "2"]
        }
        try await eventually {
          let asked = try await installation.get("once", port: port, path: "/die-unless-second")
          #expect(asked.status == 200 && asked.text == "2")
          return try await installation.orchestrator("logs", "once").output.contains("dying of GET")
        }
      }
    }
  }
}

extension TestApp {
  /// An app that says which instance it is, and ends over some requests.
  fileprivate static func tellingInstances() throws -> TestApp {
    let source = plainSource("hello").replacingOccurrences(
      of: #"    if request.path == "/headers":"#,
      with: """
            instance = os.environ["ORCHESTRATOR_INSTANCE"]
            if request.path == "/": return 200, {}, instance.encode()
            if request.path == "/die" or (request.path == "/die-unless-second" and instance != "2"):
                print("dying of " + request.command, flush=True)
                os._exit(9)
            if request.path == "/die-unless-second": return 200, {}, instance.encode()
            if request.path == "/headers":
        """)
    return try TestApp(["app.py": source])
  }
}

extension Installation {
  /// The instances that answer some requests.
  fileprivate func answeringInstances(_ name: String, port: Int, requests: Int) async throws -> Set<String> {
    try await withThrowingTaskGroup { group in
      for _ in 1...requests { group.addTask { try await self.page(name, port: port) } }
      return try await group.reduce(into: []) { $0.insert($1) }
    }
  }

  /// Runs `work` while so many clients ask the app without pause, and gives back what they got that was not 200.
  fileprivate func asking(
    _ name: String, port: Int, clients: Int, while work: () async throws -> Void
  ) async throws -> [String] {
    guard clients > 1 else { return try await asking(name, port: port, while: work) }
    var failures: [String] = []
    let mine = try await asking(name, port: port) {
      failures = try await asking(name, port: port, clients: clients - 1, while: work)
    }
    return mine + failures
  }
}
