import Foundation
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("A state file that was lost while apps serve")
struct LostStateTests {
  /// What can become of a state file, other than that it is damaged.
  struct Loss: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let strike: @Sendable (StateFolder) throws -> Void
  }

  static let losses = [
    Loss(testDescription: "it was emptied") { try Data().write(to: URL(fileURLWithPath: $0.database)) },
    Loss(testDescription: "it was emptied without what SQLite keeps beside it") { folder in
      for suffix in ["-wal", "-shm"] { unlink(folder.database + suffix) }
      try Data().write(to: URL(fileURLWithPath: folder.database))
    },
    Loss(testDescription: "it was removed") { unlink($0.database) },
    Loss(testDescription: "it was removed with all that has its name") { folder in
      for suffix in ["", "-wal", "-shm"] { unlink(folder.database + suffix) }
    },
    Loss(testDescription: "it was removed, and the id as well") { folder in
      for name in ["state.db", "state.db-wal", "state.db-shm", "installation"] { unlink("\(folder.path)/\(name)") }
    },
    Loss(testDescription: "its rows were removed") { folder in
      try DatabaseQueue(path: folder.database).write { db in
        let tables = ["app", "appNumber", "release", "port", "route", "journal", "installation"]
        for table in tables { try db.execute(sql: "DELETE FROM \(table)") }
      }
    },
    Loss(testDescription: "the rows of its apps were removed") { folder in
      try DatabaseQueue(path: folder.database).write { db in
        try db.execute(sql: "DELETE FROM app; DELETE FROM appNumber")
      }
    },
    Loss(testDescription: "another installation's was put in its place") { folder in
      let other = StateFolder(folder.path + "-other")
      let plan = DeploymentPlan.sample()
      try DatabaseQueue(path: try Store(in: other).database.path).write { db in
        try db.execute(
          sql: "INSERT INTO app (name, stack, lastRelease, number) VALUES (?, 'stub', 5, 1)",
          arguments: [plan.app.description])
      }
      for suffix in ["", "-wal", "-shm"] { unlink(folder.database + suffix) }
      try FileManager.default.moveItem(atPath: other.database, toPath: folder.database)
    },
    Loss(testDescription: "an empty one of the version before was put in its place") { folder in
      for suffix in ["", "-wal", "-shm"] { unlink(folder.database + suffix) }
      try Schema.migrator.migrate(DatabaseQueue(path: folder.database), upTo: "v6")
    },
  ]

  /// Does `work` with a state folder in which v1 of `blog` has files and a supervised process; a backup of it is at `backup`.
  private func withFolder(_ work: (StateFolder, _ backup: String) async throws -> Void) async throws {
    try await withTemporaryFolder { temporary in
      let folder = StateFolder(temporary("home"))
      let store = try Store(in: folder)
      let plan = try await store.addRelease(.sample(on: .process))
      _ = try await store.commit(plan.release, of: plan.app)
      try temporary.write("home/releases/blog/v1/app.log", "hello")
      try temporary.write("home/dependencies/blog/0123/complete")
      try temporary.write("home/processes/orchestrator-blog-v1/process.json")
      _ = try Backup.write(store, to: temporary("b.db"), unfinished: temporary("b.part"))
      try store.database.close()
      try await work(folder, temporary("b.db"))
    }
  }

  private func contents(of folder: StateFolder) -> [String] {
    (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? [])
      .filter { !$0.hasPrefix("state") && $0 != "backup.lock" }.sorted()
  }

  private func engine(_ folder: StateFolder) throws -> DeploymentEngine {
    var configuration = OrchestratorConfiguration(home: folder.path)
    configuration.dockerHost = "unix://\(folder.path)/no-docker.sock"
    return try DeploymentEngine(configuration)
  }

  @Test("is refused by all commands, with what is there and what to do; nothing is removed", arguments: losses)
  func refused(_ loss: Loss) async throws {
    try await withFolder { folder, _ in
      try loss.strike(folder)
      let before = contents(of: folder)
      for _ in 1...2 {
        let error = await #expect(throws: OrchestratorError.self) { _ = try await engine(folder).reconcile() }
        #expect(error?.code == .stateLost)
        #expect(error?.message.contains("knows nothing of the apps blog, of which there are files") == true)
        #expect(error?.hint?.hasPrefix("put a backup in its place: orchestrator restore FILE; ") == true)
        #expect(throws: OrchestratorError.self) { try Store(in: folder) }
      }
      #expect(contents(of: folder) == before)
    }
  }

  @Test("is brought back by a backup, as the installation that it was", arguments: losses)
  func restored(_ loss: Loss) async throws {
    try await withFolder { folder, backup in
      let id = try #require(folder.installation)
      try loss.strike(folder)
      let configuration = OrchestratorConfiguration(home: folder.path)
      _ = try await DeploymentEngine.restore(backup, configuration: configuration)
      let store = try Store(in: folder)
      try await #expect(store.liveRelease(of: .blog)?.plan.release == .v(1))
      #expect(folder.installation?.id == id.id)
      try await #expect(store.read(Store.installation)?.id == id.id)
    }
  }

  @Test("is not made anew where it is gone")
  func notMade() async throws {
    try await withFolder { folder, _ in
      unlink(folder.database)
      #expect(throws: OrchestratorError.self) { try engine(folder) }
      #expect(throws: OrchestratorError.self) { try Store(in: folder) }
      #expect(!FileManager.default.fileExists(atPath: folder.database))
    }
  }

  @Test("is begun anew when what is there was moved away by hand")
  func beganAnew() async throws {
    try await withFolder { folder, _ in
      unlink(folder.database)
      for name in ["releases", "dependencies", "processes"] {
        try FileManager.default.moveItem(atPath: "\(folder.path)/\(name)", toPath: "\(folder.path)/\(name).old")
      }
      try await #expect(Store(in: folder).appNames() == [])
    }
  }

  @Test("is known by the proxy's configuration alone, also where that cannot be read")
  func proxyOnly() throws {
    try withTemporaryFolder { temporary in
      try temporary.write("home/proxy/generations/7/apps/blog.conf", "server {}")
      try temporary.write("home/proxy/generations/7/configuration.json", "not JSON")
      try temporary.link("home/proxy/current", to: "generations/7")
      #expect(StateFolder(temporary("home")).traces == Traces(apps: ["blog"]))
      let error = #expect(throws: OrchestratorError.self) { try Store(in: StateFolder(temporary("home"))) }
      #expect(error?.code == .stateLost)
    }
  }

  @Test("is not replaced by the backup of another installation, which knows nothing of what is there")
  func anothersBackup() async throws {
    try await withFolder { folder, _ in
      let other = StateFolder(folder.path + "-other")
      let backup = folder.path + "-other.db"
      _ = try await Store(in: other).addRelease(.sample(.shop))
      _ = try Backup.write(Store(in: other), to: backup, unfinished: backup + ".part")
      unlink(folder.database)
      let before = contents(of: folder)
      let error = await #expect(throws: OrchestratorError.self) {
        _ = try await DeploymentEngine.restore(backup, configuration: OrchestratorConfiguration(home: folder.path))
      }
      #expect(error?.code == .conflict)
      #expect(error?.message.contains("is another installation's, and knows nothing of the apps blog") == true)
      #expect(contents(of: folder) == before)
    }
  }
}

@Suite("The id of an installation")
struct InstallationTests {
  @Test("is given when the first store is made, and stands in the folder for its owner alone")
  func new() async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(folder("home"))
      let id = try #require(try await Store(in: home).read(Store.installation))
      #expect(home.installation == id && !id.isOlderThanIDs)
      #expect(permissions(of: folder("home/installation")) == 0o600)
      try await #expect(Store(in: home).read(Store.installation) == id)
    }
  }

  @Test("is given to one that is older than ids, which goes on with what bears none", arguments: ["v1", "v3", "v6"])
  func migrated(from version: String) async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(try folder.makeFolder("home"))
      let old = try DatabaseQueue(path: home.database)
      try Schema.migrator.migrate(old, upTo: version)
      try await old.write { db in
        try db.execute(sql: "INSERT INTO app (name, stack, lastRelease) VALUES ('blog', 'stub', 2)")
        guard version != "v1" else { return }
        try db.execute(sql: "INSERT INTO appNumber (app) VALUES ('blog'); UPDATE app SET number = 1")
      }
      try old.close()
      try folder.write("home/releases/blog/v2/app.log")
      let id = try #require(try await Store(in: home).read(Store.installation))
      #expect(id.isOlderThanIDs && home.installation == id)
      try await #expect(Store(in: home).addRelease(.sample()).release == .v(3))
    }
  }

  @Test("stays that of the machine when another's backup is restored, and is the backup's where there is nothing yet")
  func restored() async throws {
    try await withTemporaryFolder { folder in
      let (first, second, third) = (
        StateFolder(folder("1")), StateFolder(folder("2")), StateFolder(folder("3"))
      )
      _ = try await Store(in: first).addRelease(.sample())
      _ = try Backup.write(Store(in: first), to: folder("b.db"), unfinished: folder("b.part"))
      let (one, _) = (try #require(first.installation), try await Store(in: second).addRelease(.sample(.shop)))
      let two = try #require(second.installation)
      // A store has been made in the third, and nothing was deployed yet; the fourth is not there.
      _ = try Store(in: third)
      for (home, expected) in [(second, two), (third, one), (StateFolder(folder("4")), one)] {
        _ = try await DeploymentEngine.restore(
          folder("b.db"), configuration: OrchestratorConfiguration(home: home.path))
        #expect(home.installation?.id == expected.id)
        try await #expect(Store(in: home).read(Store.installation)?.id == expected.id)
      }
    }
  }
}
