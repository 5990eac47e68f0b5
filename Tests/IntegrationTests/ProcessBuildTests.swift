import Foundation
import Subprocess
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  @Suite("Building a release without a container")
  struct ProcessBuildTests {
    let port = TestStacks.plainPort

    @Test(
      "installed dependencies are used again until a manifest changes, and are gone when no release uses them",
      .lane(.process))
    func dependencies() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain("first")
      try app.write("packages.txt", "one")
      let folder = installation.home + "/dependencies/frugal"
      try await installation.using("frugal") {
        let first = try await installation.deploy("installing", app, as: "frugal")
        #expect(first.errors.contains("| installing one"))
        try app.write("app.py", TestApp.plainSource("second"))
        let second = try await installation.deploy("installing", app, as: "frugal")
        #expect(!second.errors.contains("| installing"))
        #expect(second.errors.contains("with the dependencies that were installed before"))
        #expect(try await installation.page("frugal", port: TestStacks.installingPort) == "second v2")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)

        try app.write("packages.txt", "two")
        let third = try await installation.deploy("installing", app, as: "frugal")
        #expect(third.errors.contains("| installing two"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        // What installing leaves beside the manifests comes along, as in an image.
        #expect(
          FileManager.default.fileExists(atPath: installation.home + "/releases/frugal/v3/app/source/modules/two"))
        // The first two releases are forgotten when three newer ones are kept.
        for _ in 1...2 { try await installation.deploy("installing", app, as: "frugal") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
      }
      #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test("dependencies whose installation failed are not used", .lane(.process))
    func failedInstallation() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try app.write("packages.txt", "fail")
      try await installation.using("failing") {
        let run = try await installation.orchestrator("deploy", "installing", app.folder, "--subdomain", "failing")
        #expect(run.status == 5)
        #expect(run.errors.contains("the build of 'failing' failed (python3 exited 9); its last lines:"), "\(run.all)")
        #expect(run.errors.contains("| no such package"))
        #expect(!FileManager.default.fileExists(atPath: installation.home + "/dependencies/failing"))
        try app.write("packages.txt", "one")
        try await installation.deploy("installing", app, as: "failing")
      }
    }

    @Test("what git ignores and .dockerignore names is left out; what only git ignores is said", .lane(.process))
    func ignored() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try app.write(".gitignore", "*.secret\n")
      try app.write(".dockerignore", "docs\n!docs/keep.txt\n")
      for file in ["my.secret", "docs/x.txt", "docs/keep.txt", "page.txt"] { try app.write(file, "x") }
      #expect(try await Program.run("git", ["init", "--quiet", app.folder]).status == 0)
      try await installation.using("selected") {
        let run = try await installation.deploy("plain", app, as: "selected")
        #expect(run.errors.contains("left out, as git ignores it: my.secret"), "\(run.all)")
        let source = installation.home + "/releases/selected/v1/app/source/"
        let there = ["my.secret", ".git", "docs/x.txt", "docs/keep.txt", "page.txt"].filter {
          FileManager.default.fileExists(atPath: source + $0)
        }
        #expect(there == ["docs/keep.txt", "page.txt"])
      }
    }

    @Test("a link that leads out of the source is refused, by its name", .lane(.process))
    func linkOutside() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try FileManager.default.createSymbolicLink(atPath: app.folder + "/passwords", withDestinationPath: "/etc/shadow")
      try await installation.using("linked") {
        let run = try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "linked")
        #expect(run.status == 5)
        #expect(run.errors.contains("'passwords' in the source is a link to '/etc/shadow', which leads out of it"))
      }
    }

    @Test("a program that a stack needs and that is not there is named before anything is begun", .lane(.process))
    func missingProgram() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      let stacks = try TestApp([
        "stack.yaml": try installation.stackText(named: "exotic", publicPort: 9005)
          .replacingOccurrences(of: "command: [python3,", with: "command: [no-such-python,")
      ])
      let run = try await installation.orchestrator(
        "deploy", "exotic", app.folder, "--subdomain", "exotic", "--plugins", stacks.folder)
      #expect(run.status == 1, "\(run.all)")
      #expect(run.errors.contains("needs the program 'no-such-python', which is not on this machine"), "\(run.all)")
      #expect(try await installation.orchestrator("status", "exotic").status == 3)
    }

    @Test("a build that was killed with its command goes on nowhere: the next deploy ends it", .lane(.process))
    func buildKilled() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      try app.write("build.py", "import time\nprint('compiling', flush=True)\ntime.sleep(600)")
      try await installation.using("halted") {
        let run = try await installation.orchestrator(
          ["deploy", "plain", app.folder, "--subdomain", "halted"], signal: .kill, at: "| compiling")
        #expect(run.status == 137)
        let mark = "ORCHESTRATOR_BUILD=\(installation.home)/releases/halted/v1/app"
        #expect(ProcessTable.all().contains { $0.wasStarted(with: mark) })
        try app.write("build.py", "")
        let next = try await installation.deploy("plain", app, as: "halted")
        #expect(next.errors.contains("recovered: halted v1 was interrupted at 'build image'; undone"))
        #expect(!ProcessTable.all().contains { $0.wasStarted(with: mark) })
      }
    }
  }
}
