import Foundation
import Testing

@testable import Orchestrator

extension Integration {
  /// With an engine of its own: nobody else's is ever restarted.
  @Suite("When Docker is restarted", .enabled(if: getuid() == 0, "only root can run an engine of its own"))
  struct DockerRestartTests {
    @Test(
      "apps and nginx come back with it, whoever asks meanwhile is told, and a deployment in the middle is undone afterwards",
      .lane(.docker))
    func restarted() async throws {
      let docker = try await PrivateDocker()
      let result = await Result(catching: { try await check(docker) })
      try await docker.remove()
      try result.get()
    }

    private func check(_ docker: PrivateDocker) async throws {
      let home = NSTemporaryDirectory() + "orchestrator-test-r-\(UUID().uuidString)"
      let environment = [
        "ORCHESTRATOR_HOME": home, "ORCHESTRATOR_NAMESPACE": "orchestrator-test-r", "ORCHESTRATOR_RUNTIME": "docker",
        "ORCHESTRATOR_PROXY_RUNTIME": "docker", "DOCKER_HOST": docker.address, "NO_COLOR": "1",
      ]
      func orchestrator(_ words: String...) async throws -> Run {
        try await docker.run([Program.path] + words + ["--plugins", TestStacks.folder()], environment: environment)
      }
      func answer() async throws -> String {
        try await docker.run(
          "curl", "--silent", "--max-time", "5", "http://steady.localhost:\(TestStacks.plainPort)/"
        ).output
      }
      let app = try TestApp.plain()
      let first = try await orchestrator("deploy", "plain", app.folder, "--subdomain", "steady")
      try #require(first.status == 0, "\(first.all)")
      #expect(try await answer() == "hello v1")

      // nginx was told something since it was started, as it is with each deploy but the first.
      let reload = try await orchestrator("proxy", "reload")
      #expect(reload.status == 0, "\(reload.all)")

      // While nobody deploys.
      try await docker.stop()
      let list = try await orchestrator("list")
      #expect(list.status == 0 && list.output.contains("unknown"), "\(list.all)")
      let refused = try await orchestrator("deploy", "plain", app.folder, "--subdomain", "steady")
      #expect(refused.status == 1 && refused.errors.contains("Docker is not running at"), "\(refused.all)")
      try await docker.start()
      try await eventually { try await answer() == "hello v1" }
      let settled = try await orchestrator("reconcile")
      #expect(settled.status == 0, "\(settled.all)")

      // While somebody deploys: the build never ends by itself.
      try app.write("build.py", "import time\ntime.sleep(600)\n")
      let deployment = Task { try await orchestrator("deploy", "plain", app.folder, "--subdomain", "steady") }
      try await eventually {
        try await docker.run("docker", "--host", docker.address, "ps", "--quiet").output.split(separator: "\n").count
          == 3
      }
      try await docker.stop()
      let failed = try await deployment.value
      #expect([5, 6].contains(failed.status), "\(failed.all)")
      #expect(failed.errors.contains("v1 still serves"), "\(failed.all)")
      try await docker.start()
      try await eventually { try await answer() == "hello v1" }
      _ = try await orchestrator("list")
      let containers = try await docker.run("docker", "--host", docker.address, "ps", "--all", "--format", "{{.Names}}")
      #expect(containers.output == "orchestrator-test-r-steady-v1\norchestrator-test-r-proxy\n")
      let images = try await docker.run(
        "docker", "--host", docker.address, "images", "--format", "{{.Repository}}:{{.Tag}}",
        "--filter", "reference=orchestrator-test-r/*")
      #expect(images.output == "orchestrator-test-r/steady:v1\n")

      // And the next deployment works.
      try app.write("build.py", "")
      let next = try await orchestrator("deploy", "plain", app.folder, "--subdomain", "steady")
      #expect(next.status == 0, "\(next.all)")
      #expect(try await answer() == "hello v3")
      let destroyed = try await orchestrator("destroy", "steady", "--yes")
      #expect(destroyed.status == 0, "\(destroyed.all)")
      #expect(try await orchestrator("proxy", "stop").status == 0)
      try? FileManager.default.removeItem(atPath: home)
    }
  }
}
