import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  /// What an app that runs without a container may and may not; as root, as in CI.
  @Suite("A process is kept apart", .enabled(if: getuid() == 0, "only root can give apps users of their own"))
  struct IsolationTests {
    let port = TestStacks.plainPort

    /// What an app sees of itself.
    struct Sight: Decodable {
      let user: Int
      let groups: [Int]
      let capabilities: String
      let noNewPrivileges: String
      let cores: [Int]
      let memory: Int
      let processes: Int
      let umask: Int
      let folder: String
      let environment: [String: String]
      let readable: [String]
    }

    static let source = """
      import resource
      def sight():
          status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
          mask = os.umask(0); os.umask(mask)
          readable = []
          for path in os.environ.get("PATHS", "").split(":") + ["/etc/shadow", "/proc/1/environ"]:
              try: open(path).read(1) if os.path.isfile(path) else os.listdir(path); readable.append(path)
              except OSError: pass
          return {"user": os.getuid(), "groups": os.getgroups(), "capabilities": status["CapBnd"].strip(),
              "noNewPrivileges": status["NoNewPrivs"].strip(), "cores": sorted(os.sched_getaffinity(0)),
              "memory": resource.getrlimit(resource.RLIMIT_DATA)[0], "processes": resource.getrlimit(resource.RLIMIT_NPROC)[0],
              "umask": mask, "folder": os.getcwd(), "environment": dict(os.environ), "readable": readable}
      """

    static func seeing() throws -> TestApp {
      let app = try TestApp.plain("hello", before: source)
      let answer = #"    if request.path == "/headers":"#
      try app.write(
        "app.py",
        try app.read("app.py").replacingOccurrences(
          of: answer,
          with: "    if request.path == \"/sight\": return 200, {}, json.dumps(sight()).encode()\n\(answer)"))
      return app
    }

    @Test("an app has a user of its own, no privileges, limits, and a short environment", .lane(.process))
    func confined() async throws {
      let installation = try await Installation.on(.process)
      let app = try Self.seeing()
      try await installation.using("kept-in") {
        try await installation.deploy("plain", app, as: "kept-in")
        let sight = try await installation.sight("kept-in", port: port)
        #expect(sight.user > 30_000 && sight.groups == [])
        #expect(sight.capabilities == "0000000000000000" && sight.noNewPrivileges == "1")
        #expect(sight.memory == 128 << 20 && sight.processes == 128)
        #expect(sight.cores.count == 1)
        #expect(sight.umask == 0o027)
        #expect(sight.folder == installation.home + "/releases/kept-in/v1/app/source")
        #expect(sight.readable == [])
        let usual: Set = [
          "PATH", "HOME", "TMPDIR", "HOST", "PORT", "ORCHESTRATOR_APP", "ORCHESTRATOR_RELEASE", "ORCHESTRATOR_STACK",
          "ORCHESTRATOR_URL", "ORCHESTRATOR_INSTANCE", "ORCHESTRATOR_PROCESS",
        ]
        let inherited: Set = [
          "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
          // Python sets it by itself.
          "LC_CTYPE",
        ]
        #expect(usual.isSubset(of: sight.environment.keys))
        #expect(Set(sight.environment.keys).subtracting(usual).subtracting(inherited) == [])
        #expect(sight.environment["HOST"] == "127.0.0.1")
        let listeners = SocketTable.listeners().filter { $0.port.number == UInt16(installation.port(21000)) }
        #expect(listeners.map(\.isLoopback) == [true])
      }
    }

    @Test("an app cannot read another's source, log or environment, nor the state", .lane(.process))
    func strangers() async throws {
      let installation = try await Installation.on(.process)
      let app = try Self.seeing()
      try await installation.using("first-app", "second-app") {
        try await installation.deploy("plain", app, as: "first-app")
        let first = try #require(try await installation.status("first-app").instances[0].processID)
        let release = installation.home + "/releases/first-app/v1"
        let paths = [
          release + "/app/source/app.py", release + "/app", release, release + "/app.log", "/proc/\(first)/environ",
          installation.home + "/state.db", installation.home + "/processes",
          installation.home + "/dependencies/first-app", installation.home + "/proxy/logs/access.log",
          installation.home + "/proxy/logs", installation.home + "/proxy/run", installation.home + "/proxy/nginx.log",
          installation.home + "/proxy/generations", installation.home + "/proxy/current/configuration.json",
        ]
        #expect(paths.allSatisfy(FileManager.default.isReadableFile))
        try app.write(
          "app.py",
          try app.read("app.py").replacingOccurrences(
            of: #"os.environ.get("PATHS", "")"#, with: "'\(paths.joined(separator: ":"))'"))
        try await installation.deploy("plain", app, as: "second-app")
        let sight = try await installation.sight("second-app", port: port)
        #expect(sight.readable == [])
        #expect(sight.user != (try await installation.sight("first-app", port: port)).user)
      }
    }

    @Test("an app that listens on all addresses is told so, as it could be reached around the proxy", .lane(.process))
    func openPort() async throws {
      let installation = try await Installation.on(.process)
      let open = try TestApp.plain(host: "0.0.0.0")
      try await installation.using("open") {
        let run = try await installation.deploy("plain", open, as: "open")
        #expect(
          run.errors.contains("'open' listens on port \(installation.port(21000)) of all addresses"), "\(run.all)")
        #expect(run.errors.contains("$HOST"))
      }
    }

    @Test(
      "a state folder that the apps' users cannot enter is refused before anything is begun, with a cure",
      .lane(.process))
    func secluded() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      let closed = try TestApp(["readme": ""])
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: closed.folder)
      let run = try await installation.orchestrator(
        "deploy", "plain", app.folder, "--subdomain", "hidden",
        environment: ["ORCHESTRATOR_HOME": closed.folder + "/state", "ORCHESTRATOR_PORT_OFFSET": "9500"])
      #expect(run.status == 1, "\(run.all)")
      #expect(run.errors.contains("cannot enter '\(closed.folder)'"), "\(run.all)")
      #expect(run.errors.contains("/var/lib/orchestrator"))
    }

    @Test("an ordinary user can do all of it as well, as themselves", .lane(.process))
    func ordinaryUser() async throws {
      let installation = try await Installation.on(.process)
      let app = try Self.seeing()
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: app.folder)
      let home = try TestApp(["readme": ""])
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: home.folder)
      func asNobody(_ words: String...) async throws -> Run {
        try await PermissionTests.asNobody(
          words + ["--plugins", TestStacks.folder()], home: home.folder + "/state",
          environment: [
            "ORCHESTRATOR_NAMESPACE": "orchestrator-test-n", "ORCHESTRATOR_PORT_OFFSET": "11150",
            "ORCHESTRATOR_RUNTIME": "process", "ORCHESTRATOR_PROXY_RUNTIME": "process",
          ])
      }
      let run = try await asNobody("deploy", "plain", app.folder, "--subdomain", "mine")
      #expect(run.status == 0, "\(run.all)")
      let call = HTTPRequest(
        endpoint: .tcp(host: "127.0.0.1", port: port + 11150), path: "/sight", host: "mine.localhost:\(port + 11150)")
      let answer = try await installation.transport.send(call, timeout: .seconds(10))
      let sight = try JSONDecoder().decode(Sight.self, from: answer.body)
      #expect(sight.user == 65534 && sight.memory == 128 << 20 && sight.noNewPrivileges == "1")
      #expect(try await asNobody("destroy", "mine", "--yes").status == 0)
      let nginx = SupervisedProcess(
        folder: home.folder + "/state/processes/orchestrator-test-n-proxy", program: Program.path)
      try await nginx.remove()
    }
  }
}

extension Installation {
  func sight(_ name: String, port: Int) async throws -> Integration.IsolationTests.Sight {
    try JSONDecoder().decode(
      Integration.IsolationTests.Sight.self, from: try await get(name, port: port, path: "/sight").body)
  }
}
