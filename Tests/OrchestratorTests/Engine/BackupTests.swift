import Foundation
import Glibc
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("A backup")
struct BackupTests {
  @Test("that a killed restore was working with is removed by reconcile, and left alone while a restore is under way")
  func copiesLeft() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      let copies = ["restoring", "restoring-wal", "keeping"].map { "\(world.folder.database).\($0)" }
      for copy in copies { try "half".write(toFile: copy, atomically: false, encoding: .utf8) }
      try await world.folder.backingUp {
        try await #expect(world.engine.reconcile() == Reconciliation())
      }
      let dry = try await world.engine.reconcile(dryRun: true).done.texts
      #expect(
        dry
          == copies.sorted().map {
            "would remove the copy of the state \($0), which a restore that was interrupted left"
          })
      try await #expect(world.engine.reconcile().done.count == copies.count)
      #expect(!copies.contains { FileManager.default.fileExists(atPath: $0) })
      try await #expect(world.engine.reconcile() == Reconciliation())
    }
  }

  @Test("brings back what was known when it was made, and the state before it is kept")
  func roundTrip() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try await world.engine.backUp(to: folder("backup.db"))
      #expect(permissions(of: folder("backup.db")) == 0o600)
      try await world.deploy()
      try await world.deploy(.shop)
      let kept = try #require(try await world.restore(folder("backup.db")))
      try await #expect(world.store.appNames() == ["blog"])
      try await #expect(world.store.releases(of: .blog).map(\.state) == [.live])
      try await #expect(world.store.routes().map(\.release) == [.v(1)])
      _ = try await world.restore(kept)
      try await #expect(world.store.appNames() == ["blog", "shop"])
      try await #expect(world.store.liveRelease(of: .blog)?.plan.release == .v(2))
      #expect(folder.leftovers == [])
    }
  }

  @Test("gives no number again that was given after it was made")
  func numbers() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try await world.engine.backUp(to: folder("backup.db"))
      for _ in 1...3 { try await world.deploy() }
      try await world.deploy(.shop)
      try await world.store.write { try $0.execute(sql: "UPDATE proxy SET generation = 40") }
      _ = try await world.restore(folder("backup.db"))
      try await #expect(world.store.addRelease(.sample()).release == .v(5))
      try await #expect(world.store.nextGeneration() == 41)
      // An app that the backup does not know is not listed, and its next release is no v1.
      try await #expect(world.engine.list().map(\.app) == [.blog])
      try await #expect(world.store.addRelease(.sample(.shop)).release == .v(2))
      let numbers = try await world.store.read {
        try Int.fetchOne($0, sql: "SELECT max(seq) FROM sqlite_sequence WHERE name = 'appNumber'")
      }
      #expect(numbers == 3)
    }
  }

  @Test("knows nothing of a deployment that was under way: the release that was live is")
  func underWay() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      world.faults.plan(.hanging, at: .running(.switchRoute))
      let second = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      try await world.engine.backUp(to: folder("backup.db"))
      second.cancel()
      _ = await second.result
      _ = try await world.restore(folder("backup.db"))
      try await #expect(world.store.releases(of: .blog).map(\.state) == [.live])
      try await #expect(world.store.routes().map(\.release) == [.v(1)])
      await #expect(world.engine.recoverPending().texts == [])
      #expect(world.runtime.now.workloads.keys.sorted() == ["orchestrator-blog-v1"])
    }
  }

  @Test("that is restored: what came after it makes room for what it knows, and images to go back to stay")
  func reconciled() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      let port = try await world.deploy().port
      try await world.engine.backUp(to: folder("backup.db"))
      for _ in 1...2 { try await world.deploy() }
      _ = try await world.restore(folder("backup.db"))
      let outcome = try await world.engine.reconcile()
      #expect(
        outcome.done.texts.prefix(2) == [
          "removed the container orchestrator-blog-v3, which belongs to no release", "blog v1: it was started again",
        ])
      #expect(world.runtime.now.workloads == ["orchestrator-blog-v1": port])
      #expect(world.runtime.now.images.contains("orchestrator/blog:v3"))
      _ = try await world.engine.prune()
      #expect(world.runtime.now.images == ["orchestrator/blog:v1"])
    }
  }

  @Test("is no state that is in use: that is neither replaced nor restored from")
  func inUse() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      let state = world.folder.database
      let refused = await #expect(throws: OrchestratorError.self) { try await world.engine.backUp(to: state) }
      #expect(refused?.code == .conflict)
      let error = await #expect(throws: OrchestratorError.self) { try await world.restore(state) }
      #expect(error?.code == .invalidInput)
      try await #expect(world.store.appNames() == ["blog"])
    }
  }

  @Test("is of one moment while others write")
  func consistent() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      let deployments = Task { while !Task.isCancelled { try await world.deploy() } }
      var number = 0
      repeat {
        number += 1
        let path = folder("backup\(number).db")
        try await world.engine.backUp(to: path)
        let copy = try DatabaseQueue(path: path)
        try await copy.read { db in
          try #expect(String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
          try #expect(Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
          try #expect(Int.fetchOne(db, sql: "SELECT count(*) FROM release WHERE state = 'live'") == 1)
          try #expect(Int.fetchOne(db, sql: "SELECT count(*) FROM lease") == 0)
        }
      } while try await world.store.releases(of: .blog).count < 4
      deployments.cancel()
      _ = await deployments.result
    }
  }

  @Test("of the first version is brought up to date, without what was interrupted")
  func firstVersion() async throws {
    try await withFrozenState(.schema1) { old in
      try await withWorld { world in
        try await world.deploy()
        _ = try await world.restore(old.database)
        try await #expect(world.store.releases(of: .blog).map(\.state) == [.live, .retired])
        try await #expect(world.store.routes().map(\.release) == [.v(2)])
        try await #expect(world.store.leases().isEmpty)
        try await #expect(world.store.addRelease(.sample()).release == .v(4))
      }
    }
  }

  @Test("of the version before is brought up to date, without what was interrupted")
  func versionBefore() async throws {
    try await withFrozenState(.schema6) { old in
      try await withWorld { world in
        try await world.deploy(.shop)
        _ = try await world.restore(old.database)
        let names = try await world.store.appNames()
        #expect(names.count == 14)
        // Those that were half destroyed have no routes any more, and are destroyed to the end by the next command.
        for name in try names.map(AppName.init) where !name.description.hasPrefix("gone") {
          try await #expect(world.store.releases(of: name).map(\.state) == [.live, .retired], "\(name)")
          let live = try #require(try await world.store.liveRelease(of: name))
          try await #expect(Set(world.store.routes(of: name)) == Set(live.routes))
        }
        try await #expect(world.store.leases().isEmpty)
        try await #expect(world.store.damage() == [])
        try await #expect(world.store.maintenance(of: .shop) == .on(message: "Back at 14:00."))
      }
    }
  }

  @Test("takes the place of a state that is damaged, which is kept")
  func damaged() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try await world.engine.backUp(to: folder("backup.db"))
      let garbage = String(repeating: "this is no database. ", count: 100)
      try folder.write("broken/state.db", garbage)
      let home = folder("broken")
      let kept = try await DeploymentEngine.restore(
        folder("backup.db"), configuration: OrchestratorConfiguration(home: home))
      try #expect(String(contentsOfFile: try #require(kept), encoding: .utf8) == garbage)
      try await #expect(Store(in: StateFolder(home)).appNames() == ["blog"])
      #expect(permissions(of: home + "/state.db") == 0o600)
    }
  }

  @Test("is restored also where a row of the state belongs to nobody")
  func orphanedRow() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try await world.engine.backUp(to: folder("backup.db"))
      try await world.store.database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA foreign_keys = OFF")
        try db.execute(sql: "INSERT INTO port (number, app, release, component) VALUES (15050, 'ghost', 1, '')")
      }
      let refused = await #expect(throws: OrchestratorError.self) { try await world.engine.backUp(to: folder("b.db")) }
      #expect(
        refused?.message
          == "the state file '\(world.folder.database)' is damaged: a row of port belongs to none of release")
      _ = try await world.restore(folder("backup.db"))
      try await #expect(world.store.damage() == [])
    }
  }

  @Test("is not restored while somebody is at an app")
  func busy() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy(.shop)
      try await world.engine.backUp(to: folder("backup.db"))
      world.faults.plan(.hanging, at: .running(.buildImage))
      let first = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      let error = await #expect(throws: OrchestratorError.self) { try await world.restore(folder("backup.db")) }
      #expect(error?.code == .busy)
      #expect(folder.leftovers == [])
      #expect(!world.folder.keepsStateBefore)
      try await #expect(world.store.appNames() == ["blog", "shop"])
      first.cancel()
      _ = await first.result
    }
  }

  @Test("does not replace a file that is something else, and is not made from one")
  func foreign() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try folder.write("notes.txt", "precious")
      let refused = await #expect(throws: OrchestratorError.self) {
        try await world.engine.backUp(to: folder("notes.txt"))
      }
      #expect(refused?.code == .conflict)
      #expect(refused?.message == "'\(folder("notes.txt"))' is there and is no backup of ours: it is left as it is")
      try #expect(folder.text(of: "notes.txt") == "precious")
      let garbage = await #expect(throws: OrchestratorError.self) { try await world.restore(folder("notes.txt")) }
      #expect(garbage?.message == "'\(folder("notes.txt"))' is no backup of ours, or is damaged; nothing was changed")
      let missing = await #expect(throws: OrchestratorError.self) { try await world.restore(folder("none.db")) }
      #expect(missing?.code == .notFound)
      let nowhere = await #expect(throws: OrchestratorError.self) {
        try await world.engine.backUp(to: folder("no/b.db"))
      }
      #expect(nowhere?.message == "there is no folder '\(folder("no"))' for the backup")
      try await #expect(world.store.appNames() == ["blog"])
    }
  }

  @Test("of a newer program is refused")
  func newer() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try await world.engine.backUp(to: folder("backup.db"))
      let file = try DatabaseQueue(path: folder("backup.db"))
      try await file.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')") }
      let error = await #expect(throws: OrchestratorError.self) { try await world.restore(folder("backup.db")) }
      #expect(error?.code == .stateTooNew)
      #expect(error?.message == "the backup '\(folder("backup.db"))' was made by a newer orchestrator")
      try await #expect(world.store.appNames() == ["blog"])
    }
  }
}

extension FakeWorld {
  func restore(_ path: String) async throws -> String? {
    try await DeploymentEngine.restore(path, configuration: engine.configuration)
  }
}

extension TemporaryFolder {
  /// What only is there while a backup is made or restored.
  fileprivate var leftovers: [String] {
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.filter { name in
      name.contains(".part") || name.contains("restoring") || name.contains("keeping")
        || (name.contains("before-restore") && !name.hasSuffix(".db"))
    }
  }
}
