import Foundation
import Glibc
import GRDB
package import OrchestratorModel
import OrchestratorSystem

/// Going back to what a backup knows.
extension Store {
  /// Puts the contents of a backup in the place of all that is known, and saves that before to the file `kept`.
  package func exchange(for backup: Backup, keepingAs kept: String?, in folder: StateFolder) async throws -> String? {
    try await refuseWhileHeld()
    let version = try await dataVersion()
    let before = try kept.map {
      try Backup.write(self, to: $0, unfinished: folder.database + ".keeping", isChecked: false)
    }
    do {
      try await replaceContents(with: backup, ifStill: version)
    } catch {
      before?.remove()
      throw error
    }
    return before?.path
  }

  /// What changes whenever another connection writes.
  private func dataVersion() async throws -> Int? {
    try await read { try Int.fetchOne($0, sql: "PRAGMA data_version") }
  }

  /// - Throws: ``OrchestratorError`` with the code `busy` while a command is at an app.
  private func refuseWhileHeld() async throws {
    try await read { [path = file.path] db in try Self.refuseWhileHeld(db, in: path) }
  }

  /// Puts what `backup`, a copy that is up to date, knows in the place of all that this store knows, in one stroke.
  ///
  /// Numbers that were given are not given again, as releases, users and generations are known by them.
  ///
  /// - Parameter version: what ``dataVersion()`` was when this state was saved.
  /// - Throws: ``OrchestratorError`` with the code `busy` while a command is at an app, or when another one wrote since.
  private func replaceContents(with backup: Backup, ifStill version: Int?) async throws {
    try await FaultPoint.around("store replaceContents") {
      do {
        try await file.forWriting().writeWithoutTransaction { [path = file.path] db in
          try db.execute(sql: "ATTACH DATABASE ? AS backup", arguments: [backup.path])
          defer { try? db.execute(sql: "DETACH DATABASE backup") }
          try db.inTransaction(.immediate) {
            try Self.refuseWhileHeld(db, in: path)
            guard try Int.fetchOne(db, sql: "PRAGMA data_version") == version else {
              throw OrchestratorError(
                .busy, "the state was changed while it was being saved", hint: "try again; nothing was changed")
            }
            try Self.copyTables(db)
            return .commit
          }
        }
      } catch let error as DatabaseError {
        throw Self.translated(error, file: file.path)
      }
    }
  }

  private static func refuseWhileHeld(_ db: Database, in store: String) throws {
    guard let held = try Lease.fetchAll(db).first(where: { $0.isHeld(in: store) }) else { return }
    throw OrchestratorError(.busy, held.description, hint: "wait until it is done, then try again; nothing was changed")
  }

  private static func copyTables(_ db: Database) throws {
    try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
    try db.execute(
      sql: """
        CREATE TEMP TABLE given AS SELECT name, stack, lastRelease FROM main.app;
        CREATE TEMP TABLE numbered AS SELECT number, app FROM main.appNumber;
        CREATE TEMP TABLE served AS SELECT generation FROM main.proxy;
        """)
    let tables = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          AND name <> 'grdb_migrations'
        """)
    for table in tables { try db.execute(sql: "DELETE FROM main.\(table.quotedDatabaseIdentifier)") }
    for table in tables {
      let columns = try db.columns(in: table).map(\.name.quotedDatabaseIdentifier).joined(separator: ", ")
      let name = table.quotedDatabaseIdentifier
      try db.execute(sql: "INSERT INTO main.\(name) (\(columns)) SELECT \(columns) FROM backup.\(name)")
    }
    try db.execute(
      sql: """
        UPDATE main.app SET lastRelease =
          max(lastRelease, coalesce((SELECT lastRelease FROM temp.given WHERE given.name = app.name), 0));
        INSERT INTO main.app (name, stack, lastRelease)
          SELECT name, stack, lastRelease FROM temp.given WHERE name NOT IN (SELECT name FROM main.app);
        INSERT OR IGNORE INTO main.appNumber SELECT number, app FROM temp.numbered;
        INSERT INTO main.appNumber (app)
          SELECT DISTINCT app FROM temp.numbered WHERE app NOT IN (SELECT app FROM main.appNumber);
        UPDATE main.proxy SET generation = max(generation, (SELECT generation FROM temp.served));
        DROP TABLE temp.given;
        DROP TABLE temp.numbered;
        DROP TABLE temp.served;
        """)
  }
}

extension StateFolder {
  /// Whether a state from before a restore is kept, whose images and folders a person may want to go back to.
  package var keepsStateBefore: Bool {
    FileManager.default.names(in: path).contains { $0.hasPrefix("state.before-restore-") && $0.hasSuffix(".db") }
  }

  /// The name of a file that keeps a state from before; no two are the same.
  package func kept(_ reason: String) -> String {
    let now = Date().formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    let names = sequence(first: 1) { $0 + 1 }.lazy.map { "\(path)/state.\(reason)-\(now)\($0 > 1 ? "-\($0)" : "").db" }
    return names.first { !FileManager.default.isThere($0) } ?? database + ".\(reason)"
  }

  /// The copies of the state that a restore works with, and that one which was killed has left; none while one is under way.
  package func copiesLeft() async throws -> [String] {
    let copies = FileManager.default.children(of: path).filter { path in
      Self.workingCopies.contains { path.hasPrefix(database + $0) }
    }
    if copies.isEmpty { return [] }
    return try await FileLock.withLockIfAvailable(backupLock) { copies } ?? []
  }

  /// Removes such a copy, unless a restore is under way; tells whether it did.
  package func removeCopyLeft(_ path: String) async throws -> Bool {
    try await FileLock.withLockIfAvailable(backupLock) {
      guard unlink(path) == 0 else { return false }
      FaultPoint.pass("copy of the state removed")
      return true
    } ?? false
  }

  /// What their names end with, before what SQLite adds.
  private static let workingCopies = [".restoring", ".keeping"]

  package func backingUp<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await FileLock.withLock(backupLock, clock: .continuous, work)
    } catch let error as FileLock.Failure {
      throw unwritable(error)
    }
  }

  /// Puts a backup in the place of the damaged file, and that aside for a person who can still read something of it. There is a file
  /// at every moment: where there was none, the next command would begin a new state.
  package func replaceDamagedDatabase(with backup: Backup) throws -> String {
    do {
      return try FileLock.withLock(databaseLock) {
        let kept = kept("damaged")
        // What SQLite keeps beside a file is of that file only.
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: database + suffix) {
          try FileManager.default.moveItem(atPath: database + suffix, toPath: kept + suffix)
          FaultPoint.pass("damaged state half put aside")
        }
        if FileManager.default.isFile(database) {
          try FileManager.default.linkItem(atPath: database, toPath: kept)
        } else {
          try FileManager.default.moveItem(atPath: database, toPath: kept)
        }
        FaultPoint.pass("damaged state put aside")
        guard rename(backup.path, database) == 0 else { throw unwritable(nil) }
        try Durable.sync(path)
        FaultPoint.pass("backup in the place of the damaged state")
        return kept
      }
    } catch let error as OrchestratorError {
      throw error
    } catch {
      throw unwritable(error)
    }
  }
}
