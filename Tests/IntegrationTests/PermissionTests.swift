import Foundation
import Testing

@testable import Orchestrator

extension Integration {
  /// What another user may not do, and how it is said; only root can become another user, as in CI.
  @Suite("A user without permission", .enabled(if: getuid() == 0, "only root can act as another user"), .lane(.process))
  struct PermissionTests {
    @Test("is told that Docker's socket is not theirs")
    func docker() async throws {
      let app = try TestApp.plain()
      try Self.open(app.folder)
      let home = try TestApp(["readme": ""])
      try Self.open(home.folder)
      let run = try await Self.asNobody(
        [
          "deploy", "plain", app.folder, "--subdomain", "shop", "--plugins", TestStacks.folder(), "--runtime", "docker",
        ],
        home: home.folder + "/state")
      #expect(run.status == 1, "\(run.all)")
      #expect(run.errors.contains("this user may not use Docker at unix://"), "\(run.all)")
      #expect(run.errors.contains("add the user to the group 'docker'"), "\(run.all)")
    }

    @Test("is told that the state folder is not theirs")
    func stateFolder() async throws {
      let home = try TestApp(["readme": ""])
      let run = try await Self.asNobody(["list"], home: home.folder)
      #expect(run.status == 1, "\(run.all)")
      #expect(run.errors.contains("the state folder '\(home.folder)' cannot be written to"), "\(run.all)")
    }

    /// Runs a copy of the program as the user nobody, who may not enter the folder that it was built in.
    static func asNobody(
      _ arguments: [String], home: String, environment: [String: String] = [:]
    ) async throws -> Run {
      let folder = NSTemporaryDirectory() + "orchestrator-as-nobody"
      let program = folder + "/orchestrator"
      try? FileManager.default.removeItem(atPath: folder)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: Program.path, toPath: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      return try await Program.run(
        "setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", program] + arguments,
        environment: ["ORCHESTRATOR_HOME": home, "HOME": home].merging(environment) { _, new in new })
    }

    private static func open(_ folder: String) throws {
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
    }
  }
}
