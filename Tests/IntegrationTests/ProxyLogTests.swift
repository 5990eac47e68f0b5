import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  @Suite("The proxy's log of requests")
  struct ProxyLogTests {
    let port = TestStacks.plainPort

    @Test("writes who asked for what, and who answered, into a log on the host", arguments: Lane.runtimes)
    func accessLog(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("logged") {
        try await installation.deploy("plain", app, as: "logged")
        let answer = try await installation.get("logged", port: port, path: "/a-page?%22")
        try await eventually {
          let log = try String(contentsOfFile: installation.home + "/proxy/logs/access.log", encoding: .utf8)
          let lines = log.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(LogLine.self, from: Data($0.utf8))
          }
          guard let line = lines.last(where: { $0.uri == "/a-page?%22" }) else { return false }
          #expect(
            line.app == "logged" && line.release == "v1" && line.instance == "1" && line.host == "logged.localhost")
          #expect(line.method == "GET" && Double(line.upstream_seconds) != nil)
          #expect(line.time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/) != nil)
          #expect(line.upstream == "127.0.0.1:\(installation.port(21000))")
          #expect(line.status == 200 && line.seconds >= 0 && line.request_id == answer.headers["x-request-id"])
          return true
        }
      }
    }

    @Test(
      "begins a new log when one is full, whoever comes by, and writes on without a break",
      arguments: Lane.runtimes)
    func fullLog(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("logged") {
        try await installation.deploy("plain", app, as: "logged")
        let log = installation.home + "/proxy/logs/access.log"
        let failures = try await installation.asking("logged", port: port) {
          truncate(log, 51 << 20)
          #expect(try await installation.orchestrator("list").status == 0)
          try await eventually {
            _ = try await installation.page("logged", port: port, path: "/after")
            return (try? String(contentsOfFile: log, encoding: .utf8))?.contains("/after") == true
          }
        }
        #expect(failures == [])
        #expect(RotatedLog(log + ".1").size >= 51 << 20)
      }
    }
  }
}

/// A line of the access log, as far as a test looks at it.
private struct LogLine: Decodable {
  let time, app, release, instance, upstream, upstream_seconds, host, method, uri, request_id: String
  let status: Int
  let seconds: Double
}
