import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  @Suite("Deploying")
  struct DeployTests {
    let flask = 14000

    @Test(
      "two Flask apps stand side by side at one public port, and each answers as itself",
      arguments: Lane.runtimes)
    func sideBySide(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp(example: "flask-hello")
      try await installation.using("test-flask-1", "test-flask-2") {
        let first = try await installation.deploy("flask", app, as: "test-flask-1")
        try await installation.deploy("flask", app, as: "test-flask-2")
        #expect(try await installation.page("test-flask-1", port: flask).contains("Hello from test-flask-1 (v1)"))
        #expect(try await installation.page("test-flask-2", port: flask).contains("Hello from test-flask-2 (v1)"))
        #expect(first.output.contains("=====> Live: http://test-flask-1.localhost:\(installation.port(flask))   v1"))
        #expect(first.errors.contains("switch "))

        let apps = try await installation.list()
        #expect(apps.map(\.instances[0].port) == [15000, 15001].map { TCPPort(installation.port($0)) })
        #expect(apps.allSatisfy { $0.state == .running })
      }
    }

    @Test(
      "a redeploy serves the new version, retires the old one, and fails no request", arguments: Lane.runtimes)
    func redeploy(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain("first")
      try await installation.using("shop") {
        try await installation.deploy("plain", app, as: "shop")
        let before = try await installation.world()
        try app.write("app.py", TestApp.plainSource("second"))
        let failures = try await installation.asking("shop", port: TestStacks.plainPort) {
          let run = try await installation.deploy("plain", app, as: "shop")
          #expect(run.errors.contains("v1 on \(installation.port(21000)) drained"))
        }
        #expect(failures == [])
        #expect(try await installation.page("shop", port: TestStacks.plainPort) == "second v2")
        let after = try await installation.world()
        #expect(after.containers.count == before.containers.count)
        #expect(after.processes.count == before.processes.count)
        #expect(after.ports == [installation.port(21001)])
      }
    }

    @Test(
      "a workload is reachable from this machine only, has no privileges, and stays within its limits", .lane(.docker))
    func hardened() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.plain()
      try await installation.using("guarded") {
        try await installation.deploy("plain", app, as: "guarded")
        let format =
          "{{.Config.User}} {{.HostConfig.NetworkMode}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Memory}} "
          + "{{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.HostConfig.Init}} {{.HostConfig.RestartPolicy.Name}} "
          + "{{json .NetworkSettings.Ports}}"
        let details = try await Program.run("docker", ["inspect", "--format", format, "orchestrator-test-guarded-v1"])
        let user = try await installation.user(of: "guarded")
        #expect(
          details.output == """
            \(user):\(user) orchestrator-test-apps [ALL] [no-new-privileges] 134217728 500000000 64 true unless-stopped \
            {"8000/tcp":[{"HostIp":"127.0.0.1","HostPort":"\(installation.port(21000))"}]}

            """)
      }
    }

    @Test("a port that another program has is skipped, and the skipping is said", arguments: Lane.runtimes)
    func portTaken(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("skipping") {
        let taken = installation.port(21000)
        let listener = try Listener(on: UInt16(taken))
        defer { listener.stop() }
        let run = try await installation.deploy("plain", app, as: "skipping")
        #expect(run.errors.contains("port \(taken) is in use by"))
        #expect(run.errors.contains("took \(taken + 1)"))
      }
    }

    @Test("destroying an app leaves nothing of it", arguments: Lane.runtimes)
    func destroy(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let (before, workloads) = (try await installation.world(), try await installation.workloads())
      try await installation.deploy("plain", app, as: "gone")
      let run = try await installation.orchestrator("destroy", "gone", "--yes")
      #expect(run.status == 0)
      let after = try await installation.world()
      #expect(try await installation.workloads() == workloads)
      #expect(after.members == before.members)
      #expect(after.leases == before.leases)
      #expect(after.images == before.images)
      #expect(after.routes == before.routes)
      #expect(after.ports == before.ports)
      #expect(after.folders == before.folders)
      #expect(try await installation.get("gone", port: TestStacks.plainPort).status == 404)
      #expect(!FileManager.default.fileExists(atPath: installation.home + "/releases/gone"))
      #expect(try await installation.orchestrator("destroy", "gone", "--yes").status == 3)
    }

    @Test(
      "a container that an interrupted deployment left under the needed name is removed, and that is said",
      .lane(.docker))
    func leftover() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.plain()
      try await installation.using("leftover") {
        try await installation.deploy("plain", app, as: "leftover")
        let name = "orchestrator-test-leftover-v2"
        let label = "\(DockerLabels.workload)=\(name)"
        #expect(
          try await Program.run(
            "docker", ["create", "--name", name, "--label", label, "orchestrator-test/leftover:v1"]
          ).status == 0)
        let run = try await installation.deploy("plain", app, as: "leftover")
        #expect(run.errors.contains("removed the container orchestrator-test-leftover-v2"))
      }
    }

    @Test("a container with the needed name that is not ours is left alone, and is a conflict", .lane(.docker))
    func foreignContainer() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.plain()
      try await installation.using("foreign") {
        try await installation.deploy("plain", app, as: "foreign")
        let name = "orchestrator-test-foreign-v2"
        let image = Installation.image("python:3.13-slim")
        #expect(try await Program.run("docker", ["create", "--name", name, image]).status == 0)
        let run = try await installation.orchestrator("deploy", "plain", app.folder, "--subdomain", "foreign")
        #expect(run.status == 5)
        #expect(run.errors.contains("a container that is not ours has the name '\(name)'"))
        #expect(run.errors.contains("v1 still serves"))
        #expect(try await Program.run("docker", ["rm", name]).status == 0)
      }
    }
  }
}

extension Installation {
  func list() async throws -> [AppStatus] {
    struct Listing: Decodable { let apps: [AppStatus] }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(Listing.self, from: Data(try await orchestrator("list", "--json").output.utf8)).apps
  }
}
