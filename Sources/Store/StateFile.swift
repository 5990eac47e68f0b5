import Foundation
package import GRDB
package import OrchestratorModel
import OrchestratorSystem
import Synchronization

/// The file of a store. It is opened when it is first needed, and made when something is first written: looking makes none.
package final class StateFile: Sendable {
  package let path: String
  private let folder: StateFolder?
  private let opened: Mutex<DatabaseQueue?>

  package init(in folder: StateFolder) {
    (path, self.folder) = (folder.database, folder)
    opened = Mutex(nil)
  }

  /// A file that is open already.
  package init(_ database: DatabaseQueue) {
    (path, folder) = (database.path, nil)
    opened = Mutex(database)
  }

  /// Whether there is anything to look at.
  package var isThere: Bool { opened.withLock { $0 != nil } || folder?.hasState == true }

  /// What to read from: while there is no file, a store that knows nothing; on a full disk the file as it is, if it is whole without
  /// the files that SQLite has no room for.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_lost`, `state_unwritable`, `state_too_new`, `state_unreadable` or `disk_full`.
  func forReading() throws -> DatabaseQueue {
    try opened.withLock { opened in
      if let opened { return opened }
      guard let folder, folder.hasState else { return try nothing() }
      do {
        let database = try folder.openingDatabase { try Self.open(folder) }
        opened = database
        return database
      } catch let error as OrchestratorError where error.code == .diskFull {
        return try folder.openingDatabase { try Self.openUnchanging(folder) } ?? { throw error }()
      }
    }
  }

  /// What to write to; the file and its folder are made if need be.
  ///
  /// - Throws: ``OrchestratorError``, as ``forReading()`` does.
  func forWriting() throws -> DatabaseQueue {
    try opened.withLock { opened in
      if let opened { return opened }
      guard let folder else { return try nothing() }
      try folder.prepare()
      let database = try folder.openingDatabase { try Self.open(folder) }
      opened = database
      return database
    }
  }

  /// Has all that was written on the disk. What cannot be done about that no writing could have prevented.
  package func makeDurable() {
    for path in [path + "-wal", path.parentFolder] { try? Durable.sync(path) }
  }

  private func nothing() throws -> DatabaseQueue {
    try folder?.ensurePossible()
    try folder?.refuseTraces()
    let database = try DatabaseQueue()
    try Schema.migrate(database, file: path)
    return database
  }
}

extension StateFile {
  /// Opens the file of a folder, which is made if need be, and brings its tables up to date.
  ///
  /// - Parameter evenIfLost: whether it may be one that knows nothing of what is in the folder.
  package static func open(_ folder: StateFolder, evenIfLost: Bool = false) throws -> DatabaseQueue {
    try folder.ensureOurs()
    // Processes that start together would otherwise make the tables at the same time, and some would fail.
    return try FileLock.withLock(folder.databaseLock) {
      if !evenIfLost, !folder.hasState { try folder.refuseTraces() }
      let database = try connect(folder.database)
      try Schema.migrate(database, file: folder.database)
      if !evenIfLost { try settle(database, in: folder) }
      folder.reserve.keep()
      return database
    }
  }

  private static func connect(_ file: String) throws -> DatabaseQueue {
    // SQLite gives its other files the permissions of the first.
    if !FileManager.default.fileExists(atPath: file) {
      _ = FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    var configuration = Configuration()
    configuration.busyMode = .waiting(atMost: .seconds(10))
    configuration.foreignKeysEnabled = true
    // GRDB's own way to this writes something at every opening, for which a full disk has no room.
    configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    }
    return try DatabaseQueue(path: file, configuration: configuration)
  }

  /// Sees to it that store and folder bear the same id.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_lost` when they do not belong together.
  private static func settle(_ database: DatabaseQueue, in folder: StateFolder) throws {
    let own = folder.installation
    let (id, isBlank) = try database.read { db in (try Store.installation(db), try Store.isBlank(db)) }
    if own != nil, own?.id == id?.id, !isBlank { return }
    let traces = folder.traces
    switch Ownership(store: id, folder: own, known: try database.read(KnownReleases.init), traces: traces) {
    case .settled: break
    case .named(let name):
      if name != id { try database.write { db in try Store.setInstallation(name, db) } }
      if name != own { try folder.belong(to: name) }
    case .unknown: throw folder.lost(traces)
    }
  }

  /// Opens a file in which no process can write, without the files that SQLite keeps beside it; nil when it is not whole without them.
  private static func openUnchanging(_ folder: StateFolder) throws -> DatabaseQueue? {
    let log = (try? FileManager.default.attributesOfItem(atPath: folder.database + "-wal")[.size]) as? Int
    guard (log ?? 0) == 0, let path = folder.database.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
    else { return nil }
    var configuration = Configuration()
    configuration.readonly = true
    let database = try DatabaseQueue(path: "file:\(path)?immutable=1", configuration: configuration)
    let id = try? database.read(Store.installation)
    let (known, traces) = (try database.read(KnownReleases.init), folder.traces)
    let ownership = Ownership(store: id, folder: folder.installation, known: known, traces: traces)
    if ownership == .unknown { throw folder.lost(traces) }
    return database
  }
}
