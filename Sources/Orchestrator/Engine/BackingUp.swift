import Foundation

/// Saving what an installation knows, and going back to it.
extension DeploymentEngine {
  /// Writes a copy of all that the state knows to a file: apps, releases, ports, routes and the journal. It is of one moment, also while
  /// others deploy.
  ///
  /// Images, the folders of releases, logs, `settings.yaml` and plugins are not in it.
  ///
  /// - Parameter path: the file; a backup that has the name already is replaced when the new one is whole.
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `conflict`, `state_unwritable` or `disk_full`.
  public func backUp(to path: String) async throws {
    let path = path.absolutePath
    // Whoever is killed leaves it to the next one, which has the same name for it.
    let mark = Digest.of([Data(folder.path.utf8)]).prefix(8)
    let unfinished = "\(path.parentFolder)/.orchestrator-\(mark).part"
    try await folder.backingUp { _ = try Backup.write(store, to: path, unfinished: unfinished) }
  }

  /// Puts the contents of a backup in the place of all that the state of an installation knows, also if that is damaged.
  ///
  /// What ran before goes on as it is: ``reconcile(dryRun:)`` brings the machine to what the state says now.
  ///
  /// - Parameters:
  ///   - path: a file that ``backUp(to:)`` made, of this version or an earlier one.
  ///   - configuration: the settings of the installation.
  /// - Returns: the file in which the state before is kept; nil when there was none.
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, `busy` while somebody changes an app,
  ///   `state_too_new`, `state_unwritable` or `disk_full`; then nothing was changed.
  public static func restore(_ path: String, configuration: OrchestratorConfiguration) async throws -> String? {
    let folder = StateFolder(configuration.home)
    try folder.prepare()
    return try await folder.backingUp { try await restore(Backup(path: path.absolutePath), into: folder) }
  }

  private static func restore(_ backup: Backup, into folder: StateFolder) async throws -> String? {
    let copy = try await backup.upToDateCopy(at: folder.database + ".restoring")
    defer { copy.remove() }
    let isNew = !FileManager.default.fileExists(atPath: folder.database)
    do {
      let store = try Store(in: folder)
      return try await store.exchange(for: copy, keepingAs: isNew ? nil : folder.kept("before-restore"), in: folder)
    } catch let error as OrchestratorError where error.code == .stateUnreadable {
      return try folder.replaceDamagedDatabase(with: copy)
    }
  }
}

extension Store {
  /// Puts the contents of a backup in the place of all that is known, and saves that before to the file `kept`.
  fileprivate func exchange(for backup: Backup, keepingAs kept: String?, in folder: StateFolder) async throws -> String?
  {
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
}

extension StateFolder {
  /// Whether a state from before a restore is kept, whose images and folders somebody may want to go back to.
  var keepsStateBefore: Bool {
    FileManager.default.names(in: path).contains { $0.hasPrefix("state.before-restore-") && $0.hasSuffix(".db") }
  }

  /// The name of a file that keeps a state from before; no two are the same.
  fileprivate func kept(_ reason: String) -> String {
    let now = Date().formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    let names = sequence(first: 1) { $0 + 1 }.lazy.map { "\(path)/state.\(reason)-\(now)\($0 > 1 ? "-\($0)" : "").db" }
    return names.first { !FileManager.default.isThere($0) } ?? database + ".\(reason)"
  }

  fileprivate func backingUp<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await FileLock.holding(backupLock, clock: .continuous, work)
    } catch let error as FileLock.Failure {
      throw unwritable(error)
    }
  }

  /// Puts a backup in the place of the damaged file, and that aside for whoever can still read something of it. There is a file at every
  /// moment: where there was none, the next command would begin a new state.
  fileprivate func replaceDamagedDatabase(with backup: Backup) throws -> String {
    do {
      return try FileLock.holding(databaseLock) {
        let kept = kept("damaged")
        // What SQLite keeps beside a file is of that file only.
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: database + suffix) {
          try FileManager.default.moveItem(atPath: database + suffix, toPath: kept + suffix)
          FaultPoint.pass("damaged state half put aside")
        }
        try FileManager.default.linkItem(atPath: database, toPath: kept)
        FaultPoint.pass("damaged state put aside")
        guard rename(backup.path, database) == 0 else { throw unwritable(nil) }
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
