import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  @Suite("The user that nginx runs as", .enabled(if: getuid() == 0, "only root can give nginx a user of its own"))
  struct NginxUserTests {
    let port = TestStacks.plainPort

    @Test(
      "stays with one that an earlier version started: it reads new files, writes its logs, and gets the new one with its next start",
      arguments: Lane.runtimes)
    func handedOver(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let proxy = installation.home + "/proxy"
      try await installation.using("owned") {
        try #require(try await installation.orchestrator("proxy", "stop").status == 0)
        // An earlier version gave it this number, and closed none of its folders.
        let old = try await installation.orchestrator(
          ["deploy", "plain", app.folder, "--subdomain", "owned"], environment: ["ORCHESTRATOR_FIRST_USER": "10001"])
        try #require(old.status == 0, "\(old.all)")
        for folder in [proxy, proxy + "/logs", proxy + "/run", proxy + "/generations", proxy + "/current/"] {
          chmod(folder, 0o755)
        }
        #expect(try await installation.nginxOwner() == 10001)
        try await installation.deploy("plain", app, as: "owned")
        #expect(try await installation.page("owned", port: port) == "hello v2")
        #expect(try await installation.nginxOwner() == 10001)
        truncate(proxy + "/logs/access.log", 51 << 20)
        #expect(try await installation.orchestrator("list").status == 0)
        try await eventually { try await installation.isLogged(asking: "owned", port: port) }
        // As its supervisor or Docker starts it: by what was written down.
        try await installation.killNginx()
        try await eventually { (try? await installation.get("owned", port: port).status) == 200 }
        #expect(try await installation.nginxOwner() == 10001)
        try await installation.stopNginx()
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0, "\(run.all)")
        #expect(try await installation.nginxOwner() == installation.firstUser)
        #expect(try await installation.isLogged(asking: "owned", port: port))
        try await installation.deploy("plain", app, as: "owned")
        #expect(try await installation.page("owned", port: port) == "hello v3")
        for name in ["run", "logs", "logs/access.log", "logs/access.log.1", "logs/error.log", "run/nginx.pid"] {
          let facts = try FileManager.default.attributesOfItem(atPath: "\(proxy)/\(name)")
          #expect((facts[.ownerAccountID] as? NSNumber)?.intValue == installation.firstUser, "\(name)")
        }
      }
    }

    @Test(
      "is the only one but root who can read its logs and files, whatever root's umask says",
      .lane(.process), arguments: ["0000", "0077"])
    func readers(mask: String) async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain()
      let proxy = installation.home + "/proxy"
      try await installation.using("masked") {
        try #require(try await installation.orchestrator("proxy", "stop").status == 0)
        try FileManager.default.removeItem(atPath: proxy)
        let run = try await Program.run(
          "bash",
          [
            "-c", "umask \(mask); exec \"$0\" \"$@\"", Program.path, "deploy", "plain", app.folder, "--subdomain",
            "masked", "--plugins", TestStacks.folder(),
          ], environment: installation.environment)
        try #require(run.status == 0, "\(run.all)")
        #expect(try await installation.isLogged(asking: "masked", port: port))
        let instance = try #require(try await installation.status("masked").instances.first?.processID)
        let own = try #require(Self.owner(ofProcess: instance))
        for user in [own, 10001, 65534] {
          for test in ["-readable", "-writable"] {
            let found = try await Program.run(
              "setpriv",
              ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "find", proxy, test, "-not", "-type", "l"])
            #expect(found.output == "", "\(user) \(test)")
          }
        }
      }
    }

    static func owner(ofProcess id: Int) -> Int? {
      ((try? FileManager.default.attributesOfItem(atPath: "/proc/\(id)"))?[.ownerAccountID] as? NSNumber)?.intValue
    }
  }
}

extension Installation {
  fileprivate func nginxOwner() async throws -> Int? {
    Integration.NginxUserTests.owner(ofProcess: try await nginxMaster())
  }

  /// Whether nginx writes a request down.
  fileprivate func isLogged(asking name: String, port: Int) async throws -> Bool {
    let path = "/\(UUID().uuidString)"
    _ = try await get(name, port: port, path: path)
    let log = try? String(contentsOfFile: home + "/proxy/logs/access.log", encoding: .utf8)
    return log?.contains(path) ?? false
  }
}
