import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorStore

extension Integration {
  /// What passes between clients and apps.
  @Suite("Requests and answers")
  struct TrafficTests {
    let port = TestStacks.plainPort

    @Test("have a size and a timeout of the app's own", arguments: Lane.runtimes)
    func limits(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.streaming()
      try await installation.using("limited") {
        try await installation.deploy(
          "plain", app, as: "limited", "--body-limit", "1m", "--response-timeout", "4s")
        #expect(try await installation.upload("limited", bytes: 1 << 20) == 200)
        #expect(try await installation.upload("limited", bytes: (1 << 20) + 1) == 413)
        // The app says nothing until it is told to.
        #expect(try await installation.get("limited", port: port, path: "/silence").status == 504)
        for (path, length, status, title, error) in [
          ("/upload", (1 << 20) + 1, 413, "That is too large", "too_large"),
          ("/silence", 0, 504, "That takes too long", "timed_out"),
        ] {
          let head =
            "POST \(path) HTTP/1.1\r\nHost: limited.localhost\r\nContent-Length: \(length)\r\nConnection: close\r\n"
          let page = try await RawHTTP.ask(head + "\r\n", port: installation.port(port))
          #expect(page.hasPrefix("HTTP/1.1 \(status)") && page.contains("<h1>\(title)</h1>"), "\(page)")
          let json = try await RawHTTP.ask(head + "Accept: application/json\r\n\r\n", port: installation.port(port))
          #expect(json.hasPrefix("HTTP/1.1 \(status)") && json.contains("\"error\":\"\(error)\""), "\(json)")
        }
        // The timeout is for an app that says nothing: a WebSocket that is used goes on.
        let echoed = try await RawHTTP.converse(
          "GET /echo HTTP/1.1\r\nHost: limited.localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
          saying: ["one", "two", "three", "four", "five"], every: .seconds(1), port: installation.port(port))
        #expect(echoed.hasPrefix("HTTP/1.1 101") && echoed.hasSuffix("onetwothreefourfive"), "\(echoed)")
        try await installation.deploy("plain", app, as: "limited", "--body-limit", "64m")
        #expect(try await installation.upload("limited", bytes: 48 << 20) == 200)
      }
    }

    @Test("have the size and timeout of the app's stack where nobody says otherwise", arguments: Lane.runtimes)
    func limitsOfStack(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let (app, port) = (try TestApp.streaming(), 9008)
      let stack = try installation.stackText(named: "narrow", publicPort: port)
      let folder = try TestApp(["stack.yaml": stack + "\nhttp: {bodyLimit: 1m, timeout: 1s}\n"])
      try await installation.using("limited") {
        try await installation.deploy("narrow", app, as: "limited", "--plugins", folder.folder)
        #expect(try await installation.upload("limited", bytes: 1 << 20, to: port) == 200)
        #expect(try await installation.upload("limited", bytes: (1 << 20) + 1, to: port) == 413)
        #expect(try await installation.get("limited", port: port, path: "/silence").status == 504)
      }
    }

    @Test("of the wrong size or timeout are refused before anything is begun", .lane(.process))
    func wrongLimits() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      for options in [["--body-limit", "much"], ["--response-timeout", "100ms"], ["--instances", "0"]] {
        let run = try await installation.orchestrator(
          ["deploy", "plain", app.folder, "--subdomain", "wrong"] + options)
        #expect(run.status == 2 && run.errors.contains("hint"), "\(run.all)")
      }
    }

    @Test(
      "pass as they come: a body to the app, and to the client what the app does not want held back",
      arguments: Lane.runtimes)
    func streamed(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.streaming()
      try await installation.using("streamed") {
        try await installation.deploy("plain", app, as: "streamed")
        let host = "Host: streamed.localhost"
        // The app answers when it has the first half, and the second never comes.
        let half = "POST /half HTTP/1.1\r\n\(host)\r\nContent-Length: 10\r\nConnection: close\r\n\r\nfirst"
        let answer = try await RawHTTP.ask(half, port: installation.port(port), until: "got first")
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
        // The first event is there before there is a second.
        let ask = "GET /events HTTP/1.1\r\n\(host)\r\nConnection: close\r\n\r\n"
        let first = try await RawHTTP.ask(ask, port: installation.port(port), until: "data: one")
        #expect(first.contains("data: one") && !first.contains("data: two"))
        async let both = RawHTTP.ask(ask, port: installation.port(port))
        try await eventually { try await installation.page("streamed", port: port, path: "/waiting") == "2" }
        _ = try await installation.page("streamed", port: port, path: "/speak")
        #expect(try await both.contains("data: two"))
        // In pieces whose number nobody knows before, both ways; the limit counts for them as well.
        let pieces = "POST /pieces HTTP/1.1\r\n\(host)\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        let echoed = try await RawHTTP.ask(
          pieces + "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n", port: installation.port(port))
        #expect(echoed.lowercased().contains("transfer-encoding: chunked") && !echoed.contains("ontent-Length"))
        #expect(echoed.contains("one") && echoed.contains("two"), "\(echoed)")
        try await installation.deploy("plain", app, as: "streamed", "--body-limit", "4")
        let refused = try await RawHTTP.ask(pieces + "5\r\nlarge\r\n0\r\n\r\n", port: installation.port(port))
        #expect(refused.hasPrefix("HTTP/1.1 413"), "\(refused)")
      }
    }
  }

  @Suite("What a release still has to do when another takes its place")
  struct DrainTests {
    let port = TestStacks.plainPort

    @Test(
      "is left to whoever comes next when the command is interrupted, and nothing of it is lost",
      arguments: Lane.runtimes)
    func interrupted(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.streaming()
      try await installation.using("drained") {
        try await installation.deploy("patient", app, as: "drained")
        async let silent = installation.silence("drained", port: TestStacks.patientPort)
        try await installation.untilWaiting("drained", port: TestStacks.patientPort, 1)
        let output = try await installation.deployUntilLive("patient", app, as: "drained")
        #expect(output.contains("=====> Live"))
        #expect(try await installation.liveRelease(of: "drained")?.value == 2)
        #expect(try await installation.page("drained", port: TestStacks.patientPort) == "hello v2")
        // It has a request, so it goes on, also when somebody comes by.
        #expect(try await installation.orchestrator("list").status == 0)
        #expect(try await installation.releases(of: "drained").map(\.state) == [.live, .retiring])
        try await installation.speak(release: "v1", of: "drained")
        #expect(try await silent.text == "spoken by v1")
        try await eventually {
          try #require(try await installation.orchestrator("list").status == 0)
          return try await installation.disorder(of: "drained") == []
        }
      }
    }

    @Test("is ended when its time is over, and said to be", arguments: Lane.runtimes)
    func overdue(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.streaming()
      try await installation.using("overdue") {
        try await installation.deploy("plain", app, as: "overdue")
        let silent = Task { try await installation.silence("overdue", port: port) }
        try await installation.untilWaiting("overdue", port: port, 1)
        let run = try await installation.deploy("plain", app, as: "overdue")
        #expect(run.errors.contains("stopped after 10.0s with requests under way"), "\(run.all)")
        #expect((try? await silent.value)?.status != 200)
        #expect(try await installation.disorder(of: "overdue") == [])
      }
    }

    @Test(
      "keeps no worker of nginx for longer than the drain time, however often nginx reads new files",
      arguments: Lane.runtimes)
    func workers(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let (app, held) = (try TestApp.plain(), try TestApp.streaming())
      try await installation.using("often", "held") {
        try await installation.deploy("plain", app, as: "often")
        try await installation.deploy("plain", held, as: "held")
        let most = try #require(try await installation.proxyStatus().workers?.active)
        // Each is held by a worker that is about to be replaced, and never answered: its own app is not deployed.
        var silent: [Task<HTTPResponse, any Error>] = []
        for count in 1...Effort.times(5, short: 3) {
          silent.append(Task { try await installation.silence("held", port: port) })
          try await installation.untilWaiting("held", port: port, count)
          _ = try await installation.deployUntilLive("plain", app, as: "often")
          try await eventually {
            let workers = try await installation.proxyStatus().workers
            return workers?.active == most && workers?.retiring == count
          }
        }
        try await eventually(within: .seconds(60)) {
          try await installation.proxyStatus().workers?.retiring == 0
        }
        for task in silent { await #expect(throws: (any Error).self) { try await task.value } }
        try await eventually {
          try #require(try await installation.orchestrator("list").status == 0)
          return try await installation.disorder(of: "often") == []
        }
      }
    }
  }
}

extension TestApp {
  /// An app that reads bodies and writes answers bit by bit, and is silent at `/silence` until somebody asks its port for `/speak`.
  fileprivate static func streaming() throws -> TestApp {
    let source = plainSource(
      "hello",
      before: """
        import threading
        spoken = threading.Event()
        waiting = []
        """
    ).replacingOccurrences(
      of: #"    if request.path == "/headers":"#,
      with: """
            if request.path == "/upload":
                left = int(request.headers["Content-Length"])
                while left: left -= len(request.rfile.read(min(left, 65536)))
            if request.path == "/pieces":
                request.send_response(200)
                request.send_header("Transfer-Encoding", "chunked")
                request.end_headers()
                # nginx tells the length of what it has had whole.
                whole = request.headers["Content-Length"]
                while True:
                    length = int(whole or request.rfile.readline(), 10 if whole else 16)
                    part = request.rfile.read(length)
                    if not whole: request.rfile.readline()
                    request.wfile.write(b"%x\\r\\n%s\\r\\n" % (length, part))
                    if not length: break
                    whole = whole and "0"
                raise ConnectionAbortedError("all is said")
            if request.path == "/echo":
                request.send_response(101)
                for name in ("Upgrade: websocket", "Connection: Upgrade"): request.send_header(*name.split(": "))
                request.end_headers()
                while part := request.connection.recv(1024): request.wfile.write(part)
                raise ConnectionAbortedError("all is said")
            if request.path == "/half": return 200, {"Connection": "close"}, b"got " + request.rfile.read(5)
            if request.path == "/waiting": return 200, {}, str(len(waiting)).encode()
            if request.path == "/speak": spoken.set()
            if request.path == "/silence":
                waiting.append(1)
                spoken.wait()
                return 200, {}, b"spoken by " + os.environ["ORCHESTRATOR_RELEASE"].encode()
            if request.path == "/events":
                request.send_response(200)
                for name in ("Content-Type: text/event-stream", "X-Accel-Buffering: no", "Connection: close"):
                    request.send_header(*name.split(": "))
                request.end_headers()
                request.wfile.write(b"data: one\\n\\n")
                request.wfile.flush()
                waiting.append(1)
                spoken.wait()
                return 200, {}, b"data: two\\n\\n"
            if request.path == "/headers":
        """)
    return try TestApp(["app.py": source])
  }
}

extension Installation {
  /// The status that a POST with a body of so many bytes gets.
  fileprivate func upload(_ name: String, bytes: Int, to port: Int = TestStacks.plainPort) async throws -> Int {
    let call = HTTPRequest(
      method: "POST", endpoint: .tcp(host: "127.0.0.1", port: self.port(port)), path: "/upload",
      host: "\(name).localhost", body: Data(count: bytes))
    return try await transport.send(call, timeout: .seconds(60)).status
  }

  /// Has a release that does not serve any more say what a client of it waits for.
  fileprivate func speak(release: String, of name: String) async throws {
    let row = try #require(try await releases(of: name).first { $0.plan.release.description == release })
    let port = try #require(row.ports.values.first)
    let call = HTTPRequest(
      endpoint: .tcp(host: "127.0.0.1", port: Int(port.number)), path: "/speak", host: "\(name).localhost")
    #expect(try await transport.send(call, timeout: .seconds(10)).status == 200)
  }

  /// Asks for what is not answered until somebody speaks.
  fileprivate func silence(_ name: String, port: Int) async throws -> HTTPResponse {
    let call = HTTPRequest(
      endpoint: .tcp(host: "127.0.0.1", port: self.port(port)), path: "/silence", host: "\(name).localhost")
    return try await transport.send(call, timeout: .seconds(180))
  }

  /// Returns when so many ask an app for what it does not say yet.
  fileprivate func untilWaiting(_ name: String, port: Int, _ count: Int) async throws {
    try await eventually { try await page(name, port: port, path: "/waiting") == "\(count)" }
  }

  /// Deploys an app with a command that is interrupted when the new release serves.
  fileprivate func deployUntilLive(_ stack: String, _ app: TestApp, as name: String) async throws -> String {
    try await Program.follow(
      ["deploy", stack, app.folder, "--subdomain", name, "--plugins", TestStacks.folder()], environment: environment,
      until: "=====> Live", after: {})
  }

  fileprivate func releases(of name: String) async throws -> [StoredRelease] {
    try await Store(in: StateFolder(home)).releases(of: AppName(name))
      .filter { $0.state == .live || $0.state == .retiring }
  }
}
