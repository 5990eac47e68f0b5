import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  /// One nginx serves apps of both runtimes, wherever it runs itself.
  @Suite("Both runtimes at once")
  struct BothRuntimesTests {
    let port = TestStacks.plainPort

    @Test(
      "an app in a container and one that is a process stand behind one nginx", .lane(.process),
      arguments: RuntimeName.allCases)
    func oneProxy(_ proxy: RuntimeName) async throws {
      let installation = try await Installation(
        on: proxy, namespace: "orchestrator-test-b", portOffset: 11_300, firstUser: 230_000,
        isNetworkIsolated: false)
      let app = try TestApp.plain()
      try await installation.using("contained", "bare") {
        let first = try await installation.deploy("plain", app, as: "contained", "--runtime", "docker")
        let second = try await installation.deploy("plain", app, as: "bare", "--runtime", "process")
        #expect(first.errors.contains(", with docker\n") && second.errors.contains(", with process\n"))
        #expect(try await installation.page("contained", port: port) == "hello v1")
        #expect(try await installation.page("bare", port: port) == "hello v1")
        #expect(try await installation.proxyStatus().runtime == proxy)
        #expect(try await installation.list().map(\.runtime) == [.process, .docker])
        // Each is redeployed where it is, whatever the setting says.
        try await installation.deploy("plain", app, as: "contained")
        try await installation.deploy("plain", app, as: "bare")
        #expect(try await installation.list().map(\.runtime) == [.process, .docker])
      }
      try await installation.removeProxy()
    }

    @Test("an app moves from one runtime to the other when it is asked to, and fails no request", .lane(.process))
    func moved() async throws {
      let installation = try await Installation(
        on: .process, namespace: "orchestrator-test-b", portOffset: 11_300, firstUser: 230_000,
        isNetworkIsolated: false)
      let app = try TestApp.plain()
      try await installation.using("moving") {
        try await installation.deploy("plain", app, as: "moving", "--runtime", "docker")
        let failures = try await installation.asking("moving", port: port) {
          try await installation.deploy("plain", app, as: "moving", "--runtime", "process")
          #expect(try await installation.world().containers == [])
          try await installation.deploy("plain", app, as: "moving", "--runtime", "docker")
        }
        #expect(failures == [])
        #expect(try await installation.page("moving", port: port) == "hello v3")
        #expect(try await installation.world().processes.filter { $0.contains("moving") } == [])
      }
      try await installation.removeProxy()
    }

    @Test(
      "without a word a new app runs in Docker where that answers, and as a process where it does not", .lane(.process))
    func automatic() async throws {
      let installation = try await Installation(
        on: .process, namespace: "orchestrator-test-b", portOffset: 11_300, firstUser: 230_000,
        isNetworkIsolated: false)
      let app = try TestApp.plain()
      let without = [
        "ORCHESTRATOR_RUNTIME": "auto", "ORCHESTRATOR_PROXY_RUNTIME": "auto",
        "DOCKER_HOST": "unix://\(installation.home)/no-docker.sock",
      ]
      try await installation.using("chosen") {
        let bare = try await installation.orchestrator(
          "deploy", "plain", app.folder, "--subdomain", "chosen", environment: without)
        #expect(bare.status == 0 && bare.errors.contains(", with process\n"), "\(bare.all)")
        #expect(try await installation.proxyStatus().runtime == .process)
      }
      try await installation.using("chosen") {
        let contained = try await installation.deploy("plain", app, as: "chosen", "--runtime", "auto")
        #expect(contained.errors.contains(", with docker\n"))
      }
      try await installation.removeProxy()
    }

    @Test(
      "a process that Docker's absence does not concern is deployed, listed and destroyed without it", .lane(.process))
    func dockerGone() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      let without = [
        "DOCKER_HOST": "unix://\(installation.home)/no-docker.sock", "ORCHESTRATOR_PROXY_RUNTIME": "auto",
      ]
      try await installation.using("independent") {
        for arguments in [
          ["deploy", "plain", app.folder, "--subdomain", "independent"], ["list"], ["status", "independent"],
          ["proxy", "status"], ["logs", "independent"], ["destroy", "independent", "--yes"],
        ] {
          let run = try await installation.orchestrator(arguments, environment: without)
          #expect(run.status == 0, "\(run.all)")
        }
      }
    }
  }
}

extension Installation {
  /// Ends the proxy of an installation that is of no more use.
  func removeProxy() async throws {
    try await process("\(namespace)-proxy").remove()
    _ = try await Program.run("docker", ["rm", "--force", "\(namespace)-proxy"])
    try FileManager.default.removeItem(atPath: home)
  }
}
