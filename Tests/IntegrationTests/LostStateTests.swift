import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  @Suite("A state that was lost while apps serve")
  struct LostStateTests {
    let port = TestStacks.plainPort

    @Test(
      "takes nothing from them, whatever is asked for: everything says so, and a backup brings it back",
      arguments: Lane.runtimes)
    func lost(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let backup = NSTemporaryDirectory() + "orchestrator-backup-\(UUID().uuidString).db"
      defer { unlink(backup) }
      try await installation.using("kept") {
        try await installation.deploy("plain", app, as: "kept")
        try #require(try await installation.orchestrator("backup", backup).status == 0)
        let before = try await installation.workloads()
        let saved = try Data(contentsOf: URL(fileURLWithPath: backup))
        for loss in Loss.allCases {
          try installation.lose(loss)
          for words in [
            ["list"], ["status", "kept"], ["reconcile"], ["reconcile", "--dry-run"], ["prune"], ["proxy", "reload"],
            ["proxy", "stop"], ["scale", "kept", "2"], ["destroy", "kept", "--yes"], ["backup", backup],
            ["doctor", "--fix"], ["deploy", "plain", app.folder, "--subdomain", "other"],
          ] {
            let run = try await installation.orchestrator(words)
            #expect(run.status == (words[0] == "doctor" ? 6 : 1), "\(loss), \(words): \(run.all)")
            #expect(run.all.contains("it knows nothing of the apps kept, of which there are files"), "\(run.all)")
            #expect(run.all.contains("orchestrator restore FILE"), "\(run.all)")
          }
          #expect(try await installation.page("kept", port: port) == "hello v1")
          #expect(try Data(contentsOf: URL(fileURLWithPath: backup)) == saved)
          let restored = try await installation.orchestrator("restore", backup)
          #expect(restored.status == 0, "\(loss): \(restored.all)")
          #expect(try await installation.workloads() == before)
          #expect(try await installation.disorder(of: "kept") == [], "\(loss)")
          #expect(try await installation.page("kept", port: port) == "hello v1")
          try installation.forgetStatesBefore()
        }
        let settled = try await installation.orchestrator("reconcile")
        #expect(settled.status == 0 && settled.output == "", "\(settled.all)")
      }
    }

    @Test(
      "because its disk is not mounted is not begun anew, and goes on when it is mounted again",
      .enabled(if: getuid() == 0, "only root can mount"), arguments: Lane.runtimes)
    func unmounted(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("kept") {
        try await installation.deploy("plain", app, as: "kept")
        let before = try await installation.world()
        let result = try await installation.behindEmptyFolder {
          await Result(catching: {
            for words in [["list"], ["proxy", "show"]] {
              let run = try await installation.orchestrator(words)
              #expect(run.status == 0 && run.errors.contains("see that its disk is mounted"), "\(run.all)")
            }
            for words in [
              ["reconcile"], ["prune"], ["status", "kept"], ["destroy", "kept", "--yes"], ["proxy", "stop"],
              ["deploy", "plain", app.folder, "--subdomain", "kept"],
            ] {
              let run = try await installation.orchestrator(words)
              #expect(run.status == 1, "\(words): \(run.all)")
              #expect(run.errors.contains("\(installation.namespace)-kept-v1"), "\(run.all)")
              #expect(run.errors.contains("came from the state folder"), "\(run.all)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: installation.home) == [])
            #expect(try await installation.get("kept", port: port).status == 200)
          })
        }
        try result.get()
        #expect(try await installation.world() == before)
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0 && run.output == "", "\(run.all)")
      }
    }
  }
}

/// How a state can be lost.
private enum Loss: CaseIterable {
  case emptied, removed, removedWithID
}

extension Installation {
  fileprivate func lose(_ loss: Loss) throws {
    switch loss {
    case .emptied: try Data().write(to: URL(fileURLWithPath: home + "/state.db"))
    case .removed: for name in ["state.db", "state.db-wal", "state.db-shm"] { unlink("\(home)/\(name)") }
    case .removedWithID:
      try lose(.removed)
      unlink(home + "/installation")
    }
  }

  /// Removes what restoring keeps of the state before.
  fileprivate func forgetStatesBefore() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: home) where name.hasPrefix("state.before-restore-")
    {
      unlink("\(home)/\(name)")
    }
  }

  /// Does `work` while the state folder is empty, as a mount point is without its disk.
  fileprivate func behindEmptyFolder<Value>(_ work: () async throws -> Value) async throws -> Value {
    let mounted = try await Program.run("mount", ["-t", "tmpfs", "-o", "mode=711", "tmpfs", home])
    try #require(mounted.status == 0, "an empty disk is needed: \(mounted.errors)")
    let result = await Result(catching: work)
    #expect(try await Program.run("umount", [home]).status == 0)
    return try result.get()
  }
}
