import Foundation
import Testing

@testable import Orchestrator

extension Integration {
  @Suite("An app's fast lane")
  struct FastLaneTests {
    let port = TestStacks.plainPort

    @Test("keeps connections to the app for the requests that follow", arguments: RuntimeName.allCases)
    func keptConnections(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.tellingConnections()
      try await installation.using("lane") {
        try await installation.deploy("plain", app, as: "lane")
        // Each of nginx's workers has its own.
        let workers = try #require(try await installation.proxyStatus().workers?.active)
        #expect(try await installation.connectionsForTwentyRequests("lane", port: port) <= workers)
      }
    }

    @Test(
      "that somebody breaks by hand is noticed, costs nobody a request, and is made anew by a reload",
      arguments: RuntimeName.allCases)
    func brokenByHand(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("lane", "neighbour") {
        for name in ["lane", "neighbour"] { try await installation.deploy("plain", app, as: name) }
        let lane = installation.home + "/proxy/current/apps/lane.conf"
        let written = try String(contentsOfFile: lane, encoding: .utf8)
        let failures = try await installation.asking("lane", port: port) {
          try "server { nonsense; }\n".write(toFile: lane, atomically: false, encoding: .utf8)
          let status = try await installation.orchestrator("proxy", "status")
          #expect(
            status.status == 6 && status.output.contains("are not as this orchestrator writes them"), "\(status.all)")
          // nginx, told to read it by somebody who does not look first, goes on with what it has.
          try await installation.tellNginxToReload()
          try await eventually { installation.nginxSaid("unknown directive \"nonsense\"") }
          for name in ["lane", "neighbour"] { #expect(try await installation.page(name, port: port) == "hello v1") }
          let reload = try await installation.orchestrator("proxy", "reload")
          #expect(reload.status == 0 && reload.output.contains("nginx serves generation"), "\(reload.all)")
          #expect(try await installation.orchestrator("proxy", "status").status == 0)
        }
        #expect(failures == [])
        #expect(
          try String(contentsOfFile: lane, encoding: .utf8).split(separator: "\n").count
            == written.split(separator: "\n").count)
      }
    }

    @Test("can be missing: the routing table serves the app all the same", arguments: RuntimeName.allCases)
    func missing(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.tellingConnections()
      try await installation.using("lane") {
        try await installation.deploy("plain", app, as: "lane")
        try await installation.removeFastLane(of: "lane")
        // The table knows a port, and no connection that could be kept.
        #expect(try await installation.connectionsForTwentyRequests("lane", port: port) == 20)
        #expect(try await installation.orchestrator("proxy", "reload").status == 0)
      }
    }

    @Test("is shown with the rest of the configuration by `proxy show`")
    func shown() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("lane") {
        try await installation.deploy("plain", app, as: "lane")
        let text = try await installation.orchestrator("proxy", "show")
        #expect(text.status == 0)
        for part in ["worker_processes", "map $host $backend_port", "# The fast lane of lane"] {
          #expect(text.output.contains(part), "\(part)")
        }
        let json = try await installation.orchestrator("proxy", "show", "--json")
        let files = try JSONDecoder().decode([ProxyFile].self, from: Data(json.output.utf8))
        #expect(files.first?.path.hasSuffix("/nginx.conf") == true)
        #expect(files.contains { $0.path.hasSuffix("/apps/lane.conf") })
      }
    }
  }
}

extension TestApp {
  /// An app that says from which port of this machine the request came.
  fileprivate static func tellingConnections() throws -> TestApp {
    let source = plainSource("hello").replacingOccurrences(
      of: #"    if request.path == "/headers":"#,
      with: "    if request.path == \"/\": return 200, {}, str(request.client_address[1]).encode()\n"
        + #"    if request.path == "/headers":"#)
    return try TestApp(["app.py": source])
  }
}

extension Installation {
  /// Over how many connections the app got twenty requests, one after the other.
  fileprivate func connectionsForTwentyRequests(_ name: String, port: Int) async throws -> Int {
    var connections: Set<String> = []
    for _ in 1...20 { connections.insert(try await page(name, port: port)) }
    return connections.count
  }
}
