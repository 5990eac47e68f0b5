import Foundation
package import GRDB
package import OrchestratorModel
import OrchestratorSystem

/// What the installation knows, in one SQLite file that several processes may use at once.
package struct Store: Sendable {
  package let file: StateFile

  /// A store whose tables are up to date.
  package init(_ database: DatabaseQueue) { file = StateFile(database) }

  /// A store that is opened when it is first asked, and made when it is first written to.
  package init(lookingIn folder: StateFolder) { file = StateFile(in: folder) }

  /// Opens the store of `folder`, and makes or updates its tables.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_lost`, `state_unwritable`, `state_too_new`, `state_unreadable` or `disk_full`.
  package init(in folder: StateFolder) throws {
    file = StateFile(in: folder)
    _ = try file.forWriting()
  }

  /// Opens the store of `folder` as ``init(in:)`` does, also when it knows nothing of what is in the folder.
  package init(evenIfLostIn folder: StateFolder) throws {
    try folder.prepare()
    self.init(try folder.openingDatabase { try StateFile.open(folder, evenIfLost: true) })
  }

  /// Where it is, to be looked at.
  package var database: DatabaseQueue { get throws { try file.forReading() } }

  package func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await translatingErrors { try await blocking { [file] in try file.forReading() }.read(work) }
  }

  /// - Parameter durably: whether it is to survive a loss of power from now on, with all that was written before.
  package func write<Value: Sendable>(
    durably: Bool = false, _ caller: String = #function, _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await FaultPoint.around("store \(caller)") {
      let value = try await translatingErrors {
        try await blocking { [file] in try file.forWriting() }.write(work)
      }
      if durably { try await blocking { [file] in file.makeDurable() } }
      return value
    }
  }

  private func translatingErrors<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let error as DatabaseError {
      throw try Self.translatedUnlessCancelled(error, file: file.path)
    }
  }

  private static func isFull(_ file: String) -> Bool {
    DiskSpace(at: file.parentFolder).map { $0.free < 64 << 10 } ?? false
  }

  /// Says in a person's words what SQLite said, unless our task was cancelled: that a wait for another was given up then is no fault of the
  /// file's.
  fileprivate static func translatedUnlessCancelled(_ error: DatabaseError, file: String) throws -> OrchestratorError {
    try Task.checkCancellation()
    return translated(error, file: file)
  }

  /// Says in a person's words what SQLite said.
  package static func translated(_ error: DatabaseError, file: String) -> OrchestratorError {
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

extension StateFolder {
  /// Opens the store's file, and says in a person's words what is wrong with it.
  func openingDatabase<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw try Store.translatedUnlessCancelled(error, file: database)
    } catch let error as FileLock.Failure {
      throw unwritable(error)
    }
  }
}
