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
    await tendFirst()
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
    let folder = StateFolder(configuration.home.canonicalPath)
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
