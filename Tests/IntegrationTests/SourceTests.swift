import Foundation
import GRDB
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorStore

extension Integration {
  /// The source is a stranger's: what it is made of neither leaks what is on the machine nor keeps a deployment from its answer.
  @Suite("A source that means harm")
  struct SourceTests {
    static let links = [".dockerignore", "passwords", "packages.txt", "assets/deep"]

    @Test(
      "a link that leads out of it is refused in the same words wherever the app is to run, and not read",
      arguments: links,
      Lane.runtimes)
    func link(_ link: String, on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try app.write("assets/a", "")
      try app.link(link, to: "/etc/shadow")
      try await installation.using("linked") {
        let run = try await installation.orchestrator("deploy", "installing", app.folder, "--subdomain", "linked")
        #expect(run.status == 5)
        let words = "'\(link)' in the source is a link to '/etc/shadow', which leads out of it"
        #expect(run.errors.contains(words), "\(run.all)")
        #expect(!FileManager.default.fileExists(atPath: "\(installation.home)/releases/linked/v1/source"))
        // Unless an ignore rule leaves it out.
        guard link != ".dockerignore" else { return }
        try app.write(".dockerignore", link)
        if link != "packages.txt" { try app.write("packages.txt", "one") }
        let next = try await installation.orchestrator("deploy", "installing", app.folder, "--subdomain", "linked")
        #expect(link == "packages.txt" || next.status == 0, "\(next.all)")
        #expect(!next.errors.contains("root:"), "\(next.all)")
      }
    }

    @Test("a Dockerfile that is a link out of it is refused, and not printed", .lane(.docker))
    func dockerfile() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp(["app.py": ""])
      try app.link("Dockerfile", to: "/etc/shadow")
      let run = try await installation.orchestrator("deploy", "dockerfile", app.folder, "--subdomain", "linked")
      #expect(run.status == 2, "\(run.all)")
      #expect(run.errors.contains("'Dockerfile' in the source is a link to '/etc/shadow', which leads out of it"))
      #expect(!run.all.contains("root:"))
    }

    @Test(
      "an expression that it was made for does not keep anybody waiting", .lane(.process),
      arguments: ["\n", "a ", "app=", "import "])
    func expression(filler: String) async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp(["requirements.txt": "flask"])
      let text = "app" + String(repeating: filler, count: 60_000) + "x=1\n"
      for file in ["app.py", "src/app.py", "Procfile", "shop/__init__.py"] { try app.write(file, text) }
      let start = ContinuousClock.now
      let run = try await installation.orchestrator("deploy", "flask", app.folder, "--subdomain", "slow")
      // About a second is promised.
      #expect(ContinuousClock.now - start < .seconds(5))
      #expect(run.status == 1, "\(run.all)")
      #expect(run.errors.contains("cannot tell 'wsgi' of 'slow'"), "\(run.all)")
    }

    @Test("pipes in it, and files without an end, are not waited for", arguments: Lane.runtimes)
    func endless(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      for name in ["Dockerfile", "requirements.txt", ".dockerignore", "pipe"] {
        #expect(mkfifo("\(app.folder)/\(name)", 0o600) == 0)
      }
      let log = FileHandle(forWritingAtPath: try app.made("growing.log"))
      let writer = Task {
        while true {
          try log?.write(contentsOf: Data(repeating: 10, count: 1 << 14))
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      try await installation.using("endless") {
        let run = try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "endless")
        writer.cancel()
        #expect(run.status == 0, "\(run.all)")
        #expect(try await installation.page("endless", port: TestStacks.plainPort) == "hello v1")
      }
    }

    @Test("a redeploy that builds nothing is live while all build slots are taken", arguments: Lane.runtimes)
    func withoutSlot(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain("quick")
      let slow = try TestApp(["app.py": "", "build.py": "import time\nprint('compiling', flush=True)\ntime.sleep(600)"])
      let one = ["ORCHESTRATOR_SIMULTANEOUS_BUILDS": "1"]
      try await installation.using("slow", "quick") {
        try await installation.deploy("plain", app, as: "quick")
        let building = Task {
          try await installation.orchestrator(
            "deploy", "plain", slow.folder, "--subdomain", "slow", environment: one)
        }
        try await eventually { try await installation.buildPlaces() == 1 }
        let run = try await installation.orchestrator(
          "deploy", "plain", app.folder, "--subdomain", "quick", environment: one)
        #expect(run.status == 0 && !run.errors.contains("waiting for a build slot"), "\(run.all)")
        #expect(try await installation.page("quick", port: TestStacks.plainPort) == "quick v2")
        #expect(try await installation.buildPlaces() == 1)
        // One that has to be built waits.
        try app.write("app.py", TestApp.plainSource("changed"))
        try app.write("build.py", "")
        let waiting = try await installation.orchestrator(
          "deploy", "plain", app.folder, "--subdomain", "quick", environment: one,
          interruptingAt: "waiting for a build slot")
        #expect(waiting.status == 130, "\(waiting.all)")
        building.cancel()
        _ = await building.result
      }
    }
  }
}

extension TestApp {
  /// Makes a link in the app's source.
  fileprivate func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(path)", withDestinationPath: target)
  }

  /// Makes an empty file, and gives its path.
  fileprivate func made(_ path: String) throws -> String {
    try write(path, "")
    return "\(folder)/\(path)"
  }
}

extension Installation {
  /// How many build, or wait to.
  fileprivate func buildPlaces() async throws -> Int {
    try await Store(in: StateFolder(home)).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM buildPlace") ?? 0 }
  }
}
