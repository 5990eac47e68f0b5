import Foundation
import OrchestratorModel
import OrchestratorStore

/// Saving what an installation knows, and going back to it.
extension DeploymentEngine {
  /// Writes a copy of all that the state knows to a file: apps, releases, ports, routes and the journal. It is of one moment, also while
  /// others deploy.
  ///
  /// Images, the folders of releases, logs, `settings.yaml` and plugins are not in it.
  ///
  /// - Parameter path: the file; a backup that has the name already is replaced when the new one is whole.
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `conflict`, `state_lost`, `state_unwritable` or `disk_full`.
  public func backUp(to path: String) async throws {
    try await installation.ensureNotLost()
    guard store.file.isThere else {
      throw OrchestratorError(
        .notFound, "\(installation.noInstallation), and nothing to save", hint: installation.otherFolder)
    }
    await recoverAndNotify()
    let path = path.absolutePath
    // A command that is killed leaves it to the next one, which has the same name for it.
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
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, `busy` while a command changes an app,
  ///   `state_too_new`, `state_unwritable` or `disk_full`; then nothing was changed.
  public static func restore(_ path: String, configuration: OrchestratorConfiguration) async throws -> String? {
    let folder = StateFolder(configuration.home.canonicalPath)
    try folder.prepare()
    return try await folder.backingUp { try await restore(Backup(path: path.absolutePath), into: folder) }
  }

  private static func restore(_ backup: Backup, into folder: StateFolder) async throws -> String? {
    let copy = try await backup.upToDateCopy(at: folder.database + ".restoring")
    defer { copy.remove() }
    let isNew = !FileManager.default.fileExists(atPath: folder.database) && folder.traces.isEmpty
    let store = try store(in: folder, for: backup)
    // The machine stays the installation that it is, unless there is nothing of one yet.
    let isBlank = try await store?.isBlank() == true && folder.traces.isEmpty
    let id = (isBlank ? nil : folder.installation) ?? copy.installation ?? InstallationID()
    try copy.settle(in: folder, as: id)
    let kept = try await exchange(store, for: copy, keepingAs: isNew ? nil : folder.kept("before-restore"), in: folder)
    if id != folder.installation { try folder.belong(to: id) }
    return kept
  }

  /// The store that a backup is put into; nil when it is damaged.
  private static func store(in folder: StateFolder, for backup: Backup) throws -> Store? {
    // What is no file at all is not even opened.
    if FileManager.default.isOtherThanFile(folder.database) { return nil }
    do {
      return try Store(in: folder)
    } catch let error as OrchestratorError where error.code == .stateLost {
      if let own = folder.installation { try folder.refuseAnothers(backup, than: own) }
      return try Store(evenIfLostIn: folder)
    } catch let error as OrchestratorError where error.code == .stateUnreadable {
      return nil
    }
  }

  private static func exchange(
    _ store: Store?, for copy: Backup, keepingAs kept: String?, in folder: StateFolder
  ) async throws -> String? {
    do {
      if let store { return try await store.exchange(for: copy, keepingAs: kept, in: folder) }
    } catch let error as OrchestratorError where error.code == .stateUnreadable {
      // It could be opened, and not be read to its end.
    }
    return try folder.replaceDamagedDatabase(with: copy)
  }
}

extension StateFolder {
  /// Makes sure that a backup knows of what is in the folder, of which the state file itself knows nothing: what it does not know would go.
  fileprivate func refuseAnothers(_ backup: Backup, than own: InstallationID) throws {
    guard let other = backup.installation, other.id != own.id else { return }
    throw OrchestratorError(
      .conflict,
      "the backup \(backup.path.quoted) is another installation's, and knows nothing of \(traces.sentence), of which there are files in \(path.quoted); nothing was changed",
      hint: "restore a backup of this installation, or choose another state folder with --home or ORCHESTRATOR_HOME")
  }
}
