import Foundation
import GRDB
package import OrchestratorModel
import OrchestratorSystem

/// A file with a copy of everything that a store knows.
package struct Backup {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// Writes what `store` knows to a file: whole, of one moment, and with the permissions of a secret.
  ///
  /// The file is there when all of it is; what had the name before is replaced if it was a backup, too.
  ///
  /// - Parameters:
  ///   - unfinished: the file's name until it is whole, in the same folder.
  ///   - isChecked: whether a state that is damaged is refused.
  /// - Throws: ``OrchestratorError`` with the code `conflict` when the file is something else, `not_found` when there is no folder
  ///   for it, or what the store and the disk say.
  package static func write(
    _ store: Store, to path: String, unfinished: String, isChecked: Bool = true
  ) throws -> Backup {
    let backup = Backup(path: path)
    guard FileManager.default.isFolder(path.parentFolder) else {
      throw OrchestratorError(
        .notFound, "there is no folder \(path.parentFolder.quoted) for the backup",
        hint: "make it, or name another file")
    }
    // The state itself has all the marks of a backup but one: it is in use.
    let isBackup = FileManager.default.isFile(path) && backup.isFinished && backup.isOurs
    guard !FileManager.default.isThere(path) || isBackup else {
      throw OrchestratorError(
        .conflict, "\(path.quoted) is there and is no backup of ours: it is left as it is", hint: "name another file")
    }
    let copy = Backup(path: unfinished)
    // A command that was killed may have left one.
    copy.remove()
    defer { copy.remove() }
    try copy.translatingErrors {
      try copy.fill(from: store.database, isChecked: isChecked)
      FaultPoint.pass("backup written")
      guard rename(copy.path, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
      try? Durable.sync(path.parentFolder)
      FaultPoint.pass("backup in its place")
    }
    return backup
  }

  private func fill(from database: DatabaseQueue, isChecked: Bool) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw CocoaError(.fileWriteNoPermission)
    }
    let copy = try DatabaseQueue(path: path)
    try database.backup(to: copy)
    try copy.writeWithoutTransaction { db in
      // One file without another beside it.
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
      try Store.forgetHolders(db)
      guard isChecked, let damage = try Store.damage(db).first else { return }
      throw OrchestratorError(
        .stateUnreadable, "the state file \(database.path.quoted) is damaged: \(damage)",
        hint: "orchestrator doctor says more")
    }
    try copy.close()
    try FileHandle(forWritingAtPath: path)?.synchronize()
  }

  /// Whether the file is a database that no process has open, by its header (SQLite, "Database File Format", 1.3.3): one that is in use
  /// keeps a log beside it, without which it is not whole.
  private var isFinished: Bool {
    guard let file = FileHandle(forReadingAtPath: path), let header = try? file.read(upToCount: 20) else {
      return false
    }
    return header.count == 20 && header.starts(with: Data("SQLite format 3\0".utf8)) && header[18] == 1
      && header[19] == 1
  }

  /// Whether the file is a store's.
  private var isOurs: Bool {
    guard let database = try? DatabaseQueue(path: path, configuration: Self.readOnly) else { return false }
    return (try? database.read(Self.isOurs)) ?? false
  }

  /// The installation that it was made of; nil when it is from before there were ids.
  package var installation: InstallationID? {
    let database = try? DatabaseQueue(path: path, configuration: Self.readOnly)
    return try? database?.read(Store.installation)
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

  /// Makes a copy of the backup, in the shape that this program gives the tables, and without deployments that were under way.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, `state_unreadable` or `state_too_new`.
  package func upToDateCopy(at copy: String) async throws -> Backup {
    if FileManager.default.isOtherThanFile(path) {
      throw OrchestratorError(
        .invalidInput, "\(path.quoted) is no file; nothing was changed",
        hint: "copy the backup to a file, and name that")
    }
    try refuseOthers()
    let result = Backup(path: copy)
    result.remove()
    let database = try result.translatingErrors {
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy)
      return try DatabaseQueue(path: copy)
    }
    if let damage = try await database.read(Store.damage).first {
      throw OrchestratorError(
        .stateUnreadable, "the backup \(path.quoted) is damaged: \(damage)",
        hint: "use another one; nothing was changed")
    }
    do { try Schema.migrate(database, file: path) } catch let error as OrchestratorError
      where error.code == .stateTooNew
    {
      throw OrchestratorError(
        .stateTooNew, "the backup \(path.quoted) was made by a newer orchestrator",
        hint: "update this program; nothing was changed")
    }
    try await Store(database).forgetUnfinished()
    try database.close()
    return result
  }

  private func refuseOthers() throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw OrchestratorError(
        .notFound, "there is no file \(path.quoted)", hint: "name a file that 'orchestrator backup' made")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw OrchestratorError(.invalidInput, "this user may not read \(path.quoted)", hint: "check its permissions")
    }
    guard isFinished, isOurs else {
      throw OrchestratorError(
        .invalidInput, "\(path.quoted) is no backup of ours, or is damaged; nothing was changed",
        hint: "name a file that 'orchestrator backup' made")
    }
  }

  /// Makes the backup, a copy that is up to date, one of `installation`, which gives no number again that a generation of the proxy has in
  /// its folder.
  package func settle(in folder: StateFolder, as installation: InstallationID) throws {
    try translatingErrors {
      let database = try DatabaseQueue(path: path)
      try database.write { db in
        try Store.setInstallation(installation, db)
        try db.execute(
          sql: "UPDATE proxy SET generation = max(generation, ?)",
          arguments: [folder.highestGeneration])
      }
      try database.close()
      try Durable.sync(path)
    }
  }

  package func remove() {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
  }

  private func translatingErrors<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw Store.translated(error, file: path)
    } catch let error as CocoaError {
      if error.code == .fileWriteOutOfSpace { throw OrchestratorError.diskFull(while: "writing \(path.quoted)", error) }
      throw OrchestratorError(
        .stateUnwritable, "a file cannot be written to the folder \(path.parentFolder.quoted)",
        hint: "check its permissions and its disk; serving apps are not touched", underlying: error)
    }
  }
}

extension Store {
  /// Forgets who is at an app.
  fileprivate static func forgetHolders(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM lease; DELETE FROM buildPlace")
  }

  /// Forgets deployments that were under way, and who was at them: what is left of them belongs to no release.
  fileprivate func forgetUnfinished() async throws {
    try await write { db in
      try db.execute(
        sql: """
          DELETE FROM journal WHERE (app, release) IN (SELECT app, number FROM release WHERE state = 'preparing');
          DELETE FROM release WHERE state = 'preparing';
          """)
      try Self.forgetHolders(db)
    }
    let live = try await liveReleases()
    // They may have led to a release that was never committed.
    for (app, routes) in Dictionary(grouping: try await routes(), by: \.app) {
      let release = live.first { $0.plan.app == app }
      guard routes.contains(where: { $0.release != release?.plan.release }) else { continue }
      try await setRoutes(release?.routes ?? [], of: app)
    }
  }
}
