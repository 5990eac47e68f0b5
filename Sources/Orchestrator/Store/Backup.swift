import Foundation
import GRDB

/// A file with a copy of everything that a store knows.
struct Backup {
  let path: String

  /// Writes what `store` knows to a file: whole, of one moment, and with the permissions of a secret.
  ///
  /// The file is there when all of it is; what had the name before is replaced if it was a backup, too.
  ///
  /// - Throws: ``OrchestratorError`` with the code `conflict` when the file is something else, `not_found` when there is no folder
  ///   for it, or what the store and the disk say.
  static func write(_ store: Store, to path: String) throws -> Backup {
    let backup = Backup(path: path)
    let manager = FileManager.default
    guard manager.isFolder(path.parentFolder) else {
      throw OrchestratorError(
        .notFound, "there is no folder \(path.parentFolder.quoted) for the backup",
        hint: "make it, or name another file")
    }
    if manager.isThere(path), !backup.isOurs {
      throw OrchestratorError(
        .conflict, "\(path.quoted) is there and is no backup of ours: it is left as it is", hint: "name another file")
    }
    let unfinished = Backup(path: path + ".part")
    // Somebody who was killed may have left one.
    unfinished.remove()
    defer { unfinished.remove() }
    try unfinished.translatingErrors {
      try unfinished.copy(of: store.database)
      FaultPoint.pass("backup written")
      guard rename(unfinished.path, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
      FaultPoint.pass("backup in its place")
    }
    return backup
  }

  private func copy(of database: DatabaseQueue) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw StateFolder(path.parentFolder).unwritable(nil)
    }
    let copy = try DatabaseQueue(path: path)
    try database.backup(to: copy)
    // One file without another beside it, and nobody who is at an app.
    try copy.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
      try db.execute(sql: "DELETE FROM lease; DELETE FROM buildPlace")
      try Self.refuseDamage(in: db, of: database.path)
    }
    try copy.close()
    try FileHandle(forWritingAtPath: path)?.synchronize()
  }

  /// Whether the file is a store's.
  private var isOurs: Bool {
    guard let database = try? DatabaseQueue(path: path, configuration: Self.readOnly) else { return false }
    return (try? database.read(Self.isOurs)) ?? false
  }

  private static let readOnly = {
    var configuration = Configuration()
    configuration.readonly = true
    return configuration
  }()

  private static func isOurs(_ db: Database) throws -> Bool {
    try db.tableExists("release") && db.tableExists("route")
      && String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations").contains("v1")
  }

  private static func refuseDamage(in db: Database, of file: String) throws {
    guard let damage = try Store.damage(db).first else { return }
    throw OrchestratorError(
      .stateUnreadable, "the state file \(file.quoted) is damaged: \(damage)", hint: "orchestrator doctor says more")
  }

  /// Makes a copy of the backup, in the shape that this program gives the tables.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, `state_unreadable` or `state_too_new`.
  func upToDateCopy(at copy: String) throws -> Backup {
    guard FileManager.default.fileExists(atPath: path) else {
      throw OrchestratorError(
        .notFound, "there is no file \(path.quoted)", hint: "name a file that 'orchestrator backup' made")
    }
    guard isOurs else {
      throw OrchestratorError(
        .invalidInput, "\(path.quoted) is no backup of ours, or is damaged; nothing was changed",
        hint: "name a file that 'orchestrator backup' made")
    }
    let result = Backup(path: copy)
    result.remove()
    try translatingErrors {
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy)
      let database = try DatabaseQueue(path: copy)
      try database.writeWithoutTransaction { try Self.refuseDamage(in: $0, of: path) }
      try Schema.migrate(database, file: path)
      try database.close()
    }
    return result
  }

  func remove() {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
  }

  private func translatingErrors<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw Store.translated(error, file: path)
    } catch let error as CocoaError {
      throw error.code == .fileWriteOutOfSpace
        ? OrchestratorError.diskFull(while: "writing \(path.quoted)", error)
        : StateFolder(path.parentFolder).unwritable(error)
    }
  }
}

extension Store {
  /// What is wrong with the file, one sentence each, by SQLite's own examination.
  func damage() async throws -> [String] { try await read(Self.damage) }

  fileprivate static func damage(_ db: Database) throws -> [String] {
    let pages = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
    let rows = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
      let (table, parent): (String, String) = (row["table"], row["parent"])
      return "a row of \(table) belongs to none of \(parent)"
    }
    return pages + rows
  }

  /// Puts what `backup`, a copy that is up to date, knows in the place of all that this store knows, in one stroke.
  ///
  /// Numbers that were given are not given again, as releases, users and generations are known by them.
  ///
  /// - Throws: ``OrchestratorError`` with the code `busy` while somebody is at an app.
  func replaceContents(with backup: Backup) async throws {
    try await FaultPoint.around("store replaceContents") {
      do {
        try await database.writeWithoutTransaction { db in
          try db.execute(sql: "ATTACH DATABASE ? AS backup", arguments: [backup.path])
          defer { try? db.execute(sql: "DETACH DATABASE backup") }
          try db.inTransaction(.immediate) {
            try Self.refuseWhileHeld(db)
            try Self.copyTables(db)
            return .commit
          }
        }
      } catch let error as DatabaseError {
        throw Self.translated(error, file: database.path)
      }
    }
  }

  private static func refuseWhileHeld(_ db: Database) throws {
    guard let held = try Lease.fetchAll(db).first(where: \.owner.isAlive) else { return }
    throw OrchestratorError(.busy, held.description, hint: "wait until it is done, then try again; nothing was changed")
  }

  private static func copyTables(_ db: Database) throws {
    try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
    try db.execute(
      sql: """
        CREATE TEMP TABLE given AS SELECT name, lastRelease FROM main.app;
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
        UPDATE main.proxy SET generation = max(generation, (SELECT generation FROM temp.served));
        DROP TABLE temp.given;
        DROP TABLE temp.served;
        """)
  }
}
