import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  @Suite("A deployment that fails")
  struct FailureTests {
    /// An app that cannot be deployed, and what its error must say.
    struct Case: Sendable {
      let name: String
      var runtimes = RuntimeName.allCases
      let app: @Sendable () throws -> TestApp
      let says: [String]
    }

    static let cases = [
      Case(
        name: "ends at its start", app: { try TestApp(["app.py": "print('no settings'); raise SystemExit(3)"]) },
        says: [
          "'broken' ended at its start with status 3", "| no settings", "orchestrator logs broken --release {release}",
        ]),
      Case(
        name: "fails to build",
        app: { try TestApp(["app.py": "", "build.py": "print('no compiler'); raise SystemExit(9)"]) },
        says: ["the build of 'broken' failed", "| no compiler"]),
      Case(
        name: "listens on 127.0.0.1 inside its container", runtimes: [.docker],
        app: { try TestApp.plain(host: "127.0.0.1") },
        says: ["was not healthy after 4.0s", "listens on 127.0.0.1 inside its container", "0.0.0.0:8000"]),
      Case(
        name: "listens on another port", app: { try TestApp.plain(port: "5000") },
        says: ["the app listens on port 5000, not on {port}", "$PORT"]),
      Case(
        name: "listens nowhere",
        app: { try TestApp(["app.py": "import time\nprint('thinking', flush=True)\ntime.sleep(60)"]) },
        says: ["nothing listens on port {port}", "| thinking"]),
      Case(
        name: "sends everybody to https",
        app: { try TestApp.answering(301, headers: #"{"Location": "https://broken.localhost/"}"#) },
        says: ["answered 301 to https://broken.localhost/", "sends every client to https"]),
      Case(
        name: "has no page at /", app: { try TestApp.answering(404) },
        says: ["answered 404", "has no page at /", "--health-path"]),
      Case(
        name: "fails itself", app: { try TestApp.answering(500) }, says: ["answered 500", "the app itself fails"]),
      Case(
        name: "uses up its memory",
        app: { try TestApp(["app.py": "import time\nx = [bytearray(64 << 20) for _ in range(8)]\ntime.sleep(60)"]) },
        says: ["used up its memory (128 MiB)", "limits.memory"]),
    ]

    @Test("is undone, says why, and leaves the version before serving", arguments: Lane.runtimes)
    func isUndone(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let good = try TestApp.plain("good")
      try await installation.using("broken") {
        try await installation.deploy("plain", good, as: "broken")
        let before = try await installation.world()
        for (index, failing) in Self.cases.filter({ $0.runtimes.contains(runtime) }).enumerated() {
          let bad = try failing.app()
          let run = try await installation.orchestrator("deploy", "plain", bad.folder, "--subdomain", "broken")
          #expect(run.status == 5, "\(failing.name): \(run.all)")
          let values = [
            "{port}": "\(runtime == .docker ? 8000 : installation.port(21001))", "{release}": "v\(index + 2)",
          ]
          for text in failing.says + ["undone: ", "v1 still serves"] {
            let expected = values.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
            #expect(run.errors.contains(expected), "\(failing.name): \(run.all)")
          }
          #expect(try await installation.world() == before, "\(failing.name)")
          #expect(try await installation.page("broken", port: TestStacks.plainPort) == "good v1", "\(failing.name)")
        }
      }
    }

    @Test("leaves nothing when it was the app's first", arguments: Lane.runtimes)
    func first(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp(["app.py": "raise SystemExit(1)"])
      try await installation.using("never") {
        let before = try await installation.world()
        let run = try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "never")
        #expect(run.status == 5)
        #expect(!run.errors.contains("still serves"))
        #expect(try await installation.world() == before)
        #expect(try await installation.get("never", port: TestStacks.plainPort).status == 404)
      }
    }

    @Test("shows pip's own last lines when a package cannot be found", arguments: Lane.runtimes)
    func missingPackage(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp(example: "flask-hello", changing: ["requirements.txt": "no-such-package-of-ours==9.9\n"])
      try await installation.using("pip") {
        let run = try await installation.orchestrator("deploy", "flask", app.folder, "--subdomain", "pip")
        #expect(run.status == 5)
        #expect(run.errors.contains("No matching distribution found for no-such-package-of-ours"))
        let log = try await installation.orchestrator("logs", "pip", "--build", "--release", "v1")
        #expect(log.output.contains("no-such-package-of-ours"))
      }
    }

    @Test("keeps what the failed release printed", arguments: Lane.runtimes)
    func keepsLogs(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp(["app.py": "print('my last words'); raise SystemExit(1)"])
      try await installation.using("words") {
        _ = try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "words")
        let log = try await installation.orchestrator("logs", "words", "--release", "v1")
        #expect(log.output == "my last words\n")
        #expect(try await installation.orchestrator("status", "words").output.contains("failed"))
      }
    }

    @Test("says so when the port range is used up, and a destroyed app makes room", arguments: Lane.runtimes)
    func exhausted(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("one", "two", "three") {
        try await installation.deploy("tight", app, as: "one")
        try await installation.deploy("tight", app, as: "two")
        let run = try await installation.orchestrator("deploy", "tight", app.folder, "--subdomain", "three")
        #expect(run.status == 5)
        #expect(
          run.errors.contains(
            "all 2 internal ports of 'tight' (\(installation.port(21100))-\(installation.port(21101))) are in use"))
        #expect(run.errors.contains("destroy an app, or widen internalPorts"))
        try await installation.destroy("one")
        try await installation.deploy("tight", app, as: "three")
      }
    }

    @Test(
      "is refused before it is begun when the disk of the state folder has no room for it",
      arguments: Lane.runtimes)
    func diskFull(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try app.write("big.bin", String(repeating: "x", count: 8 << 20))
      let mount = NSTemporaryDirectory() + "orchestrator-small-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
      let mounted = try await Program.run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", mount])
      try #require(mounted.status == 0, "a small disk is needed: \(mounted.errors)")
      let other = ["ORCHESTRATOR_HOME": mount + "/state", "ORCHESTRATOR_NAMESPACE": "orchestrator-test-small"]
      let run = try await installation.orchestrator(
        "deploy", "plain", app.folder, "--subdomain", "full",
        environment: other.merging(["ORCHESTRATOR_PORT_OFFSET": "9500"]) { _, new in new })
      #expect(try await Program.run("umount", [mount]).status == 0)
      #expect(run.status == 1, "\(run.all)")
      #expect(run.errors.contains("deploying 'full' would fill the disk of '\(mount)/state'"), "\(run.all)")
      #expect(run.errors.contains("nothing was begun"), "\(run.all)")
    }
  }
}
