import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorPlanning
@testable import OrchestratorStore

extension Integration {
  @Suite("An app's own server block")
  struct AppServerBlockTests {
    let port = TestStacks.plainPort

    @Test("keeps connections to the app for the requests that follow", arguments: Lane.runtimes)
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
      arguments: Lane.runtimes)
    func brokenByHand(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("lane", "neighbour") {
        for name in ["lane", "neighbour"] { try await installation.deploy("plain", app, as: name) }
        let lane = installation.home + "/proxy/current/apps/lane.conf"
        let written = try String(contentsOfFile: lane, encoding: .utf8)
        let failures = try await installation.asking("lane", port: port) {
          try installation.breakServerBlock(of: "lane")
          let status = try await installation.orchestrator("proxy", "status")
          #expect(
            status.status == 6 && status.output.contains("are not as this orchestrator writes them"), "\(status.all)")
          // nginx, told to read it by somebody who does not look first, goes on with what it has.
          try await installation.tellNginxToReload()
          try await eventually { installation.nginxSaid("unknown directive \"nonsense\"") }
          for name in ["lane", "neighbour"] { #expect(try await installation.page(name, port: port) == "hello v1") }
          let said = try #require(try await installation.proxyStatus().lastError)
          #expect(said.contains("[emerg]") && said.contains("unknown directive"), "\(said)")
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

    @Test(
      "that somebody breaks by hand keeps an nginx from starting that died, until the next command comes",
      arguments: Lane.runtimes)
    func brokenAndKilled(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("lane", "neighbour") {
        for name in ["lane", "neighbour"] { try await installation.deploy("plain", app, as: name) }
        try installation.breakServerBlock(of: "lane")
        try await installation.killNginx()
        // The doctor only looks; whoever else comes mends it.
        try await eventually { try await installation.orchestrator("doctor").output.contains("nonsense") }
        let run = try await installation.orchestrator("list")
        #expect(
          run.status == 0 && run.all.contains("as its files had been changed; they are made anew"), "\(run.all)")
        for name in ["lane", "neighbour"] { #expect(try await installation.page(name, port: port) == "hello v1") }
      }
    }

    @Test(
      "that nginx refuses is left out, and said wherever a person looks; every app keeps its route",
      arguments: Lane.runtimes)
    func refused(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("lane", "neighbour") {
        for name in ["lane", "neighbour"] { try await installation.deploy("plain", app, as: name) }
        // No field of a descriptor or command makes such a file (see the next test): it is spoilt on its way.
        let change = try await installation.proxy {
          SpoilingHost(host: $0, app: "lane", folder: installation.home + "/proxy")
        }
        .reload()
        #expect(change.notes.count == 1 && change.notes.first?.text.contains("unknown directive \"nonsense\"") == true)
        #expect(!FileManager.default.fileExists(atPath: installation.home + "/proxy/current/apps/lane.conf"))
        for name in ["lane", "neighbour"] { #expect(try await installation.page(name, port: port) == "hello v1") }
        for (words, status) in [(["proxy", "status"], 0), (["status", "lane"], 0), (["doctor"], 0)] {
          let run = try await installation.orchestrator(words)
          #expect(run.status == status && run.output.contains("unknown directive \"nonsense\""), "\(run.all)")
        }
        let other = try await installation.orchestrator("status", "neighbour")
        #expect(!other.output.contains("nonsense"), "\(other.all)")
        // Another app's change leaves it out, and its own tries it again.
        try await installation.deploy("plain", app, as: "neighbour")
        #expect(try await installation.proxyStatus().quarantined.map(\.app.description) == ["lane"])
        try await installation.deploy("plain", app, as: "lane")
        #expect(try await installation.proxyStatus().quarantined == [])
        #expect(try await installation.page("lane", port: port) == "hello v2")
      }
    }

    @Test("can be missing: the routing table serves the app all the same", arguments: Lane.runtimes)
    func missing(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.tellingConnections()
      try await installation.using("lane") {
        try await installation.deploy("plain", app, as: "lane")
        try await installation.removeServerBlock(of: "lane")
        // The table knows a port, and no connection that could be kept.
        #expect(try await installation.connectionsForTwentyRequests("lane", port: port) == 20)
        #expect(try await installation.orchestrator("proxy", "reload").status == 0)
      }
    }

    @Test(
      "is one that nginx takes, with all that a person can have in it at its most", arguments: Lane.runtimes,
      [0, 86_400])
    func extremes(on runtime: RuntimeName, keepAlive: Int) async throws {
      let name = String(repeating: "a", count: 63)
      let label = String(repeating: "b", count: 59)
      let domain = "\(label).\(label).\(label)"
      var paths = ["/api"]
      while let expression = ClaimedPaths(paths: paths).expression,
        expression.utf8.count < ClaimedPaths.longestExpression - 60
      {
        paths.append("/" + String(repeating: "p.-_", count: 10) + "\(paths.count)")
      }
      let http = RequestPolicy(
        bodyLimit: try #require(ByteCount.parse("7999999999g")), timeout: 86_400, buffersRequests: true,
        buffersResponses: false, keepAlive: keepAlive, connections: RequestPolicy.mostConnections)
      func location(_ part: StackDescriptor.Role, from port: Int) throws -> Location {
        Location(
          part: part, paths: part == .backend ? paths : [], policy: http,
          upstreams: try (1...Scale.most).map { instance in
            Upstream(instance: instance, address: .loopback(try #require(TCPPort(port + instance))))
          })
      }
      func site(_ name: String, _ locations: [Location]) throws -> Site {
        Site(
          app: try AppName(name), release: try #require(ReleaseNumber(999_999_999)), hosts: ["\(name).\(domain)"],
          listener: OrchestratorModel.Listener(port: try #require(TCPPort(29_000))), locations: locations)
      }
      let whole = try site(name, [location(.backend, from: 30_000), location(.frontend, from: 31_000)])
      var closed = try site("x", [location(.backend, from: 32_000)])
      closed.maintenance = .on(message: "'\";${}\\ # <\u{1F600}>")
      let folder = NSTemporaryDirectory() + "orchestrator-extremes-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let proxy = ProxyFolder(path: folder)
      let user = NginxUser.new(firstUser: 30_000)
      try await proxy.prepare(for: user)
      // That of the machine, and the newest that we know.
      let words =
        runtime == .process
        ? ["nginx"]
        : ["docker", "run", "--rm", "--network", "none", "--volume", "\(folder):\(folder)"]
          + [Installation.image("nginx:1.30"), "nginx"]
      let version = try await Program.run(words[0], Array(words.dropFirst()) + ["-v"])
      var configuration = NginxConfiguration(
        generation: 1, sites: [whole, closed],
        publicPorts: [try #require(TCPPort(29_000))], folder: proxy.generation(1), runFolder: proxy.run,
        logFolder: proxy.logs, version: try #require(NginxVersion(version.all), "\(version.all)"), hasIPv6: false,
        workerShutdownTimeout: .seconds(86_400))
      configuration.trust = ProxyTrust(
        proxies: try ["0.0.0.0/0", "127.0.0.0/8", "::/0", "::1"].map { try AddressRange($0) },
        headers: try ClientClaims.names.map { try HeaderName($0) } + [HeaderName(String(repeating: "H", count: 64))])
      try proxy.write(configuration, for: user)
      let test = try await Program.run(
        words[0], Array(words.dropFirst()) + ["-t", "-e", "stderr", "-c", proxy.mainFile(1)])
      #expect(test.status == 0, "\(test.all)")
    }

    @Test("is shown with the rest of the configuration by `proxy show`", .lane(.process))
    func shown() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try await installation.using("lane") {
        try await installation.deploy("plain", app, as: "lane")
        let text = try await installation.orchestrator("proxy", "show")
        #expect(text.status == 0)
        for part in ["worker_processes", "map $host $backend_port", "# The server block of lane"] {
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
