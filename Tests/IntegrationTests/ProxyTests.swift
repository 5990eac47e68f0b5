import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

extension Integration {
  @Suite("The proxy")
  struct ProxyTests {
    let port = TestStacks.plainPort

    @Test(
      "answers 404 for an unknown host, for the bare machine, and for an app at another stack's port",
      arguments: Lane.runtimes)
    func unknownHosts(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("known") {
        try await installation.deploy("plain", app, as: "known")
        for (host, port) in [("unknown", port), ("known", 14000)] {
          let answer = try await installation.get(host, port: port)
          #expect(answer.status == 404)
          #expect(String(decoding: answer.body, as: UTF8.self).contains("Nothing here"))
        }
        #expect(try await installation.ask(host: "localhost", port: port).status == 404)
        #expect(try await installation.ask(host: "127.0.0.1", port: port).status == 404)
        #expect(try await installation.get("unknown", port: port, method: "POST").status == 404)
      }
    }

    @Test(
      "finds an app by its host however that is written, and takes none that is no host",
      arguments: Lane.runtimes)
    func hosts(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("hosted") {
        try await installation.deploy("plain", app, as: "hosted")
        let port = installation.port(port)
        for (request, status) in [
          ("GET / HTTP/1.1\r\nHost: hosted.localhost:\(port)", 200), ("GET / HTTP/1.1\r\nHost: hosted.localhost", 200),
          ("GET / HTTP/1.1\r\nHost: HOSTED.localhost", 200), ("GET / HTTP/1.1\r\nHost: hosted.localhost.", 200),
          ("GET / HTTP/1.1\r\nHost: hosted.localhost:1", 200),
          ("GET http://hosted.localhost/ HTTP/1.1\r\nHost: elsewhere", 200),
          ("GET / HTTP/1.0\r\nHost: hosted.localhost", 200), ("GET / HTTP/1.0\r\nAccept: */*", 404),
          ("GET / HTTP/1.1\r\nAccept: */*", 400), ("GET / HTTP/1.1\r\nHost:", 400),
          ("GET / HTTP/1.1\r\nHost: hosted.localhost\r\nHost: other.localhost", 400),
          ("GET / HTTP/1.1\r\nHost: ../../etc/passwd", 400),
          ("GET / HTTP/1.1\r\nHost: hosted.localhost$request_uri", 404),
          ("GET / HTTP/1.1\r\nHost: x.hosted.localhost", 404),
        ] {
          let answer = try await RawHTTP.ask(request + "\r\nConnection: close\r\n\r\n", port: port)
          #expect(answer.firstMatch(of: /^HTTP\/1\.1 (\d+)/)?.1 == "\(status)", "\(request): \(answer.prefix(40))")
        }
      }
    }

    @Test("speaks JSON to who asks for that, and shows a page to everybody else", arguments: Lane.runtimes)
    func json(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("spoken") {
        try await installation.deploy("plain", app, as: "spoken")
        try await installation.stopWorkload("spoken", try ReleaseNumber("v1"))
        for (name, status, error) in [("nobody", 404, "not_found"), ("spoken", 503, "unavailable")] {
          for accept in ["application/json", "application/problem+json, */*"] {
            let answer = try await installation.get(name, port: port, headers: ["Accept": accept])
            #expect(answer.status == status && answer.headers["content-type"] == "application/json")
            let said = try JSONDecoder().decode([String: String].self, from: answer.body)
            #expect(said["error"] == error && said["message"]?.isEmpty == false)
            #expect(answer.headers["retry-after"] == (status == 503 ? "5" : nil))
          }
          for accept in ["*/*", "text/html,application/json;q=0.9"] {
            let answer = try await installation.get(name, port: port, headers: ["Accept": accept])
            #expect(answer.status == status && answer.headers["content-type"] == "text/html; charset=utf-8")
            #expect(answer.headers["x-request-id"]?.isEmpty == false)
          }
        }
      }
    }

    @Test(
      "answers 503 with Retry-After for an app that is down, and serves it again when it is back",
      arguments: Lane.runtimes)
    func down(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("down") {
        try await installation.deploy("plain", app, as: "down")
        try await installation.stopWorkload("down", try ReleaseNumber("v1"))
        for method in ["GET", "POST"] {
          let answer = try await installation.get("down", port: port, method: method)
          #expect(answer.status == 503)
          #expect(answer.headers["retry-after"] == "5")
          #expect(String(decoding: answer.body, as: UTF8.self).contains("Back in a moment"))
        }
        #expect(try await installation.list().first { $0.app.description == "down" }?.state == .stopped)
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0 && run.output.contains("down v1: "), "\(run.all)")
        try await eventually { try await installation.get("down", port: port).status == 200 }
      }
    }

    @Test("passes an app's own errors on as they are", arguments: Lane.runtimes)
    func ownErrors(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain("hello", before: "")
      try app.write(
        "app.py",
        try app.read("app.py").replacingOccurrences(
          of: "    return 200, {}, f",
          with: "    if request.path == '/busy': return 503, {}, b'mine'\n    return 200, {}, f"))
      try await installation.using("honest") {
        try await installation.deploy("plain", app, as: "honest")
        let answer = try await installation.get("honest", port: port, path: "/busy")
        #expect(answer.status == 503)
        #expect(String(decoding: answer.body, as: UTF8.self) == "mine")
      }
    }

    @Test(
      "tells the app who asks, whatever the client claims, and upgrades only when asked to",
      arguments: Lane.runtimes)
    func headers(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("headers") {
        try await installation.deploy("plain", app, as: "headers")
        let plain = try await installation.headers(
          "headers", port: port,
          sending: [
            "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Real-IP": "6.6.6.6", "X-Request-ID": "mine",
            "X-Forwarded-Host": "evil", "X-Forwarded-Port": "1", "Forwarded": "for=6.6.6.6", "X-Forwarded-Prefix": "/x",
            "X-Forwarded-Ssl": "on", "X-Original-URL": "/admin", "X-Client-IP": "6.6.6.6", "Proxy": "evil",
            "X_Forwarded_Proto": "https", "TE": "trailers", "Keep-Alive": "timeout=5",
            "Proxy-Connection": "keep-alive", "Proxy-Authorization": "Basic eDp5", "Trailer": "X-End",
          ])
        let told = plain.keys.filter { $0.lowercased().contains("forward") || $0.hasPrefix("X") }.sorted()
        #expect(
          told == [
            "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Real-IP", "X-Request-ID",
          ])
        #expect(Set(plain.keys).isDisjoint(with: ["TE", "Keep-Alive", "Trailer"]))
        #expect(!plain.keys.contains { $0.hasPrefix("Proxy") })
        #expect(plain["X-Forwarded-Host"] == "headers.localhost:\(installation.port(port))")
        #expect(plain["X-Forwarded-Port"] == "\(installation.port(port))")
        #expect(plain["Host"] == "headers.localhost:\(installation.port(port))")
        #expect(plain["X-Forwarded-For"] == "127.0.0.1")
        #expect(plain["X-Real-IP"] == "127.0.0.1")
        #expect(plain["X-Forwarded-Proto"] == "http")
        #expect(plain["X-Request-ID"]?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(plain["Upgrade"] == nil)
        #expect(plain["Connection"] == nil)
        for (lines, isUpgraded) in [
          ("Upgrade: websocket\r\nConnection: Upgrade", true),
          ("Upgrade: WebSocket\r\nConnection: keep-alive, upgrade", true),
          ("Upgrade: websocket\r\nConnection: close", false), ("Connection: Upgrade", false),
          ("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings", false),
        ] {
          let answer = try await RawHTTP.ask(
            "GET /headers HTTP/1.1\r\nHost: HEADERS.localhost.\r\n\(lines)\r\n\r\n", port: installation.port(port),
            until: "}")
          let got = try JSONDecoder().decode(
            [String: String].self, from: Data((answer.split(separator: "\r\n\r\n").last ?? "").utf8))
          #expect(
            got["Upgrade"] == (isUpgraded ? "websocket" : nil) && got["Connection"] == (isUpgraded ? "upgrade" : nil),
            "\(lines): \(got)")
          // However it was written, the app gets the host as it is named.
          #expect(got["Host"] == "headers.localhost:\(installation.port(port))")
        }
      }
    }

    @Test(
      "tells its generation at /health, which grows with every switch, and its state to `proxy status`",
      arguments: Lane.runtimes)
    func status(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("counted") {
        try await installation.deploy("plain", app, as: "counted")
        let first = try await installation.proxyStatus()
        try await installation.deploy("plain", app, as: "counted")
        let second = try await installation.proxyStatus()
        let serving = try #require(second.serving)
        #expect(serving > (first.serving ?? 0))
        #expect(second.running && second.problem == nil && second.configured == serving && second.runtime == runtime)
        #expect(second.ports.contains(TCPPort(installation.port(14000)) ?? second.ports[0]))
        let health = try await installation.ask(host: "localhost", port: port, path: "/health")
        #expect(String(decoding: health.body, as: UTF8.self) == "{\"status\":\"ok\",\"generation\":\(serving)}\n")
        let page = try await installation.ask(host: "localhost", port: port, path: "/status")
        #expect(String(decoding: page.body, as: UTF8.self).contains("counted</a> v2"))
        let text = try await installation.orchestrator("proxy", "status")
        #expect(text.status == 0)
        #expect(text.output.contains("\(serving) serving"))
      }
    }

    @Test("runs without privileges, and comes back with the daemon", .lane(.docker))
    func unprivileged() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.plain()
      try await installation.using("any") {
        try await installation.deploy("plain", app, as: "any")
        let format =
          "{{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.NetworkMode}}"
        let details = try await Program.run("docker", ["inspect", "--format", format, "orchestrator-test-proxy"])
        let user = NginxUser.new(firstUser: installation.firstUser)
        #expect(details.output == "\(user.id):\(user.group) [ALL] always host\n")
      }
    }

    @Test(
      "is started again by the next deployment when it was removed, and its files are made again when they are gone",
      .lane(.docker))
    func removed() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.plain()
      try await installation.using("survivor", "other") {
        try await installation.deploy("plain", app, as: "survivor")
        #expect(try await Program.run("docker", ["rm", "--force", "orchestrator-test-proxy"]).status == 0)
        try FileManager.default.removeItem(atPath: installation.home + "/proxy")
        try await installation.deploy("plain", app, as: "other")
        #expect(try await installation.page("survivor", port: port) == "hello v1")
        #expect(try await installation.page("other", port: port) == "hello v1")
      }
    }

    @Test(
      "gets its files back, and every app its route, when the folder was deleted under it",
      arguments: Lane.runtimes)
    func filesDeleted(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("kept", "later") {
        try await installation.deploy("plain", app, as: "kept")
        try FileManager.default.removeItem(atPath: installation.home + "/proxy")
        #expect(try await installation.orchestrator("proxy", "status").status == 6)
        #expect(try await installation.page("kept", port: port) == "hello v1")
        try await installation.deploy("plain", app, as: "later")
        #expect(try await installation.page("kept", port: port) == "hello v1")
        #expect(try await installation.page("later", port: port) == "hello v1")
        #expect(try await installation.orchestrator("proxy", "status").status == 0)
      }
    }

    @Test(
      "a public port that another program has is refused before anything is built, with the program's name",
      arguments: Lane.runtimes)
    func publicPortTaken(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let listener = try Listener(on: UInt16(9999 + 100), everywhere: true)
      let folder = try TestApp(["stack.yaml": try installation.stackText(named: "occupied", publicPort: 10099)])
      let other = [
        "ORCHESTRATOR_HOME": folder.folder + "/home", "ORCHESTRATOR_NAMESPACE": "orchestrator-test-taken",
        "ORCHESTRATOR_PORT_OFFSET": "0",
      ]
      let run = try await installation.orchestrator(
        ["deploy", "occupied", app.folder, "--subdomain", "late", "--plugins", folder.folder], environment: other)
      listener.stop()
      #expect(run.status == 4, "\(run.all)")
      #expect(run.errors.contains("public port 10099 of 'occupied' is in use by"), "\(run.all)")
      #expect(run.errors.contains("(pid \(ProcessInfo.processInfo.processIdentifier))"), "\(run.all)")
      #expect(!run.errors.contains("build"))
    }
  }
}

extension Installation {
  func ask(host: String, port: Int, path: String = "/") async throws -> HTTPResponse {
    let call = HTTPRequest(endpoint: .tcp(host: "127.0.0.1", port: self.port(port)), path: path, host: host)
    return try await transport.send(call, timeout: .seconds(10))
  }

  /// The headers that the app got.
  func headers(_ name: String, port: Int, sending headers: [String: String]) async throws -> [String: String] {
    let answer = try await get(name, port: port, path: "/headers", headers: headers)
    return try JSONDecoder().decode([String: String].self, from: answer.body)
  }

  func proxyStatus() async throws -> ProxyStatus {
    let run = try await orchestrator("proxy", "status", "--json")
    return try JSONDecoder().decode(ProxyStatus.self, from: Data(run.output.utf8))
  }

  func stackText(named name: String, publicPort: Int) throws -> String {
    try String(contentsOfFile: TestStacks.folder() + "/plain.yaml", encoding: .utf8)
      .replacingOccurrences(of: "name: plain", with: "name: \(name)")
      .replacingOccurrences(of: "publicPort: \(TestStacks.plainPort)", with: "publicPort: \(publicPort)")
      .replacingOccurrences(of: "21000-21019", with: "21200-21219")
  }
}
