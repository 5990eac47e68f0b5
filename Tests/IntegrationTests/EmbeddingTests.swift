import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

extension Integration {
  @Suite("Embedding the library")
  struct EmbeddingTests {
    @Test("the example of the documentation does what it says", arguments: Lane.runtimes)
    func example(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let before = try await installation.world()
      let app = try TestApp(example: "flask-hello")
      let status = try await tryOut(app.folder, with: try installation.configuration())
      #expect(status.state == .running)
      #expect(status.url == "http://shop.localhost:\(installation.port(14000))")
      #expect(try await installation.world().images == before.images)
    }

    @Test("the example in the documentation is the one that is tested")
    func documentation() throws {
      let page = try String(contentsOfFile: TestApp.root + "/Documentation/Embedding.md", encoding: .utf8)
      let code = try String(
        contentsOfFile: TestApp.root + "/Tests/IntegrationTests/EmbeddingExample.swift", encoding: .utf8)
      #expect(page.contains("```swift\n\(code)```"))
    }

    @Test("a cancelled task leaves nothing behind, and its observer sees the undoing", arguments: Lane.runtimes)
    func cancelled(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let engine = try DeploymentEngine(try installation.configuration())
      let slow = try TestApp(["app.py": "import time\ntime.sleep(60)"])
      let before = try await installation.world()
      let (undone, seen) = AsyncStream.makeStream(of: DeploymentStep.self)
      let (started, start) = AsyncStream.makeStream(of: Void.self)
      let spec = AppSpec(name: try AppName("slow"), stack: "plain", source: slow.folder)
      let task = Task {
        try await engine.deploy(spec) { events in
          for await event in events {
            if case .stepBegan(DeploymentStep(.awaitHealthy)) = event { start.yield() }
            if case .stepUndone(let step, nil) = event { seen.yield(step) }
          }
          seen.finish()
        }
      }
      for await _ in started { break }
      task.cancel()
      let error = await #expect(throws: OrchestratorError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      #expect(
        await undone.reduce(into: []) { $0.append($1.name) } == [
          .awaitHealthy, .startWorkload, .buildImage, .reservePort,
        ])
      #expect(try await installation.world() == before)
      try await installation.destroy("slow")
    }
  }
}

extension Installation {
  /// The settings of this installation, for an engine in this very process.
  func configuration() throws -> OrchestratorConfiguration {
    var configuration = OrchestratorConfiguration(home: home)
    configuration.namespace = namespace
    (configuration.portOffset, configuration.firstUser) = (portOffset, firstUser)
    (configuration.runtime, configuration.proxyRuntime, configuration.program) = (runtime, runtime, Program.path)
    configuration.pluginFolders = [TestStacks.folder()]
    for image in ["python:3.13-slim", "nginx:1.30"] { configuration.baseImages[image] = Self.image(image) }
    return configuration
  }
}
