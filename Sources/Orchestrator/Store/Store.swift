import Foundation
import GRDB

/// What the installation knows, in one SQLite file that several processes may use at once.
package struct Store: Sendable {
  let database: DatabaseQueue

  /// A store whose tables are up to date.
  init(_ database: DatabaseQueue) { self.database = database }

  /// Opens the store of `folder`, and makes or updates its tables.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable`, `state_too_new`, `state_unreadable` or `disk_full`.
  init(in folder: StateFolder) throws {
    try folder.prepare()
    database = try Self.translatingErrors(folder) {
      // Processes that start together would otherwise make the tables at the same time, and some would fail.
      try FileLock.holding(folder.databaseLock) { try Self.open(folder.database) }
    }
  }

  private static func open(_ file: String) throws -> DatabaseQueue {
    // SQLite gives its other files the permissions of the first.
    if !FileManager.default.fileExists(atPath: file) {
      _ = FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    var configuration = Configuration()
    configuration.busyMode = .waiting(atMost: .seconds(10))
    configuration.journalMode = .wal
    configuration.foreignKeysEnabled = true
    let database = try DatabaseQueue(path: file, configuration: configuration)
    try Schema.migrate(database, file: file)
    return database
  }

  func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await translatingErrors { try await database.read(work) }
  }

  func write<Value: Sendable>(
    _ caller: String = #function, _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await FaultPoint.around("store \(caller)") {
      try await translatingErrors { try await database.write(work) }
    }
  }

  private func translatingErrors<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let error as DatabaseError {
      throw try Self.translatedUnlessCancelled(error, file: database.path)
    }
  }

  private static func translatingErrors<Value>(_ folder: StateFolder, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw try translatedUnlessCancelled(error, file: folder.database)
    } catch let error as FileLock.Failure {
      throw folder.unwritable(error)
    }
  }

  private static func isFull(_ file: String) -> Bool {
    DiskSpace(at: file.parentFolder).map { $0.free < 64 << 10 } ?? false
  }

  /// Says in a person's words what SQLite said, unless our task was cancelled: that a wait for another was given up then is no fault of the
  /// file's.
  private static func translatedUnlessCancelled(_ error: DatabaseError, file: String) throws -> OrchestratorError {
    try Task.checkCancellation()
    return translated(error, file: file)
  }

  /// Says in a person's words what SQLite said.
  static func translated(_ error: DatabaseError, file: String) -> OrchestratorError {
    switch error.resultCode {
    case .SQLITE_FULL: .diskFull(while: "writing to the state file \(file.quoted)", error)
    // What SQLite keeps beside its file cannot be made, or cannot grow.
    case .SQLITE_CANTOPEN where isFull(file), .SQLITE_IOERR where isFull(file):
      .diskFull(while: "opening the state file \(file.quoted)", error)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_IOERR:
      OrchestratorError(
        .stateUnwritable, "the state file \(file.quoted) cannot be written to",
        hint: "check its permissions and its disk",
        underlying: error)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      OrchestratorError(
        .busy, "another program has kept the state file \(file.quoted) locked for 10s", hint: "try again",
        underlying: error)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      OrchestratorError(
        .stateUnreadable, "the state file \(file.quoted) is damaged",
        hint: "put a backup in its place: orchestrator restore FILE; apps go on serving",
        underlying: error)
    default: OrchestratorError(.unexpected, "the state file \(file.quoted): \(error)", underlying: error)
    }
  }
}
