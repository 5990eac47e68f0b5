import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorStore
@testable import OrchestratorSystem

extension Integration {
  @Suite("Commands that run once beside a release")
  struct OneOffCommandTests {
    private static let telling = """
      import os
      print(os.path.exists("app.py"), os.environ["ORCHESTRATOR_RELEASE"], "PORT" in os.environ, os.environ["ORCHESTRATOR_APP"], os.getuid())
      print("last", flush=True)
      os._exit(7)
      """

    @Test("run in what the release runs from, as its user, with its environment", arguments: Lane.runtimes)
    func whole(on runtime: RuntimeName) async throws {
      try await Self.beside(runtime) { installation, runner, plan in
        let (output, print) = AsyncStream.makeStream(of: String.self)
        let command = OneOffCommand(["python3", "-c", Self.telling], of: plan)
        let status = try await runner.run(command) { print.yield($0) }
        print.finish()
        let lines = await output.reduce(into: []) { $0.append($1) }
        #expect(status == 7, "\(lines)")
        let user = getuid() == 0 ? try await installation.user(of: "asked") : Int(getuid())
        #expect(lines == ["True v1 False asked \(user)", "last"])
      }
    }

    @Test("are gone when their task is cancelled, with all that they started", arguments: Lane.runtimes)
    func cancelled(on runtime: RuntimeName) async throws {
      try await Self.beside(runtime) { installation, runner, plan in
        let task = await Self.begun(OneOffCommand(Self.forking, of: plan), by: runner)
        // No other command takes it for left over as long as a process waits for it.
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0 && !run.all.contains("_run-"), "\(run.all)")
        let findings = try await installation.orchestrator("doctor")
        #expect(!findings.all.contains("belong to no"), "\(findings.all)")
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
    }

    @Test(
      "are ended by the next reconcile when the one that waited for them was killed",
      .enabled(if: getuid() == 0, "only root's have control groups"), arguments: Lane.runtimes)
    func abandoned(on runtime: RuntimeName) async throws {
      try await Self.beside(runtime) { installation, runner, plan in
        let command = OneOffCommand(Self.forking, of: plan, waitedForBy: ProcessIdentity(id: 1, start: 1))
        let task = await Self.begun(command, by: runner)
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0 && run.all.contains(command.name), "\(run.all)")
        _ = try? await task.value
      }
    }

    /// Starts a command, and returns when it prints.
    private static func begun(_ command: OneOffCommand, by runner: any WorkloadRunner) async -> Task<Int, any Error> {
      let (started, start) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        defer { start.finish() }
        return try await runner.run(command) { _ in start.yield() }
      }
      for await _ in started { break }
      return task
    }

    private static let forking = [
      "python3", "-u", "-c",
      "import os, time\nfor _ in range(2): os.fork()\nprint('begun', flush=True)\ntime.sleep(600)",
    ]

    /// Runs `work` beside an app that serves; nothing but the app may be there afterwards.
    private static func beside(
      _ runtime: RuntimeName,
      _ work: (Installation, any WorkloadRuntime, ComponentPlan) async throws -> Void
    ) async throws {
      let installation = try await Installation.on(runtime)
      let engine = try DeploymentEngine(try installation.configuration())
      let before = try await installation.world()
      try await installation.using("asked") {
        try await installation.deploy("plain", try TestApp.plain(), as: "asked")
        let serving = try await installation.world()
        let live = try await engine.installation.store.liveRelease(of: try AppName("asked"))
        let plan = try #require(live?.plan.components.first)
        try await work(installation, engine.installation.runtimes[runtime], plan)
        let after = try await installation.world()
        #expect(after.containers == serving.containers && after.processes == serving.processes)
        #expect(after.groups == serving.groups && after.members == serving.members)
      }
      try await #expect(installation.world() == before)
    }
  }
}
