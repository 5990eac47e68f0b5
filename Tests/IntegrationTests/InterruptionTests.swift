import Foundation
import Subprocess
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

extension Integration {
  @Suite("Ctrl-C")
  struct InterruptionTests {
    /// A moment of a deployment: an app that stays there for long, and a line that shows that it is there.
    struct Moment: Sendable, CustomTestStringConvertible {
      let name: String
      let files: @Sendable () -> [String: String]
      let line: String
      var testDescription: String { name }
    }

    static let moments = [
      Moment(
        name: "during the build",
        files: { ["app.py": "", "build.py": "import time\nprint('compiling', flush=True)\ntime.sleep(60)"] },
        line: "| compiling"),
      Moment(
        name: "while the app starts", files: { ["app.py": "import time\ntime.sleep(60)"] }, line: "       start "),
    ]

    @Test(
      "undoes everything, ends with 130, and leaves the version before serving", arguments: moments,
      Lane.runtimes)
    func isUndone(_ moment: Moment, on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let good = try TestApp.plain("good")
      let slow = try TestApp(moment.files())
      try await installation.using("stopped") {
        try await installation.deploy("plain", good, as: "stopped")
        let before = try await installation.world()
        let run = try await installation.orchestrator(
          "deploy", "plain", slow.folder, "--subdomain", "stopped", interruptingAt: moment.line)
        #expect(run.status == 130, "\(run.all)")
        #expect(run.errors.contains("undone: "))
        #expect(run.errors.contains("v1 still serves"))
        #expect(try await installation.world() == before)
        #expect(try await installation.page("stopped", port: TestStacks.plainPort) == "good v1")
        try await installation.deploy("plain", good, as: "stopped")
      }
    }

    @Test("a deployment whose process was killed is undone by the next one", arguments: Lane.runtimes)
    func killed(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let good = try TestApp.plain("good")
      let slow = try TestApp(["app.py": "import time\ntime.sleep(60)"])
      try await installation.using("killed") {
        try await installation.deploy("plain", good, as: "killed")
        let run = try await installation.orchestrator(
          ["deploy", "plain", slow.folder, "--subdomain", "killed"], signal: .kill, at: "       start ")
        #expect(run.status == 137)
        #expect(try await installation.page("killed", port: TestStacks.plainPort) == "good v1")
        let next = try await installation.deploy("plain", good, as: "killed")
        #expect(next.errors.contains("recovered: killed v2 was interrupted at '"))
        let world = try await installation.world()
        let workloads = (world.containers + world.processes).filter { $0.contains("killed") }
        #expect(workloads.map { $0.contains("\(installation.namespace)-killed-v3") } == [true], "\(workloads)")
        #expect(world.ports.count == 1)
      }
    }
  }
}
