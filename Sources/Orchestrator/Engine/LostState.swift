import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore

/// Seeing to it that a state which knows nothing is not taken for a machine that has nothing.
extension Installation {
  /// Makes sure that nothing runs of this installation of which its state, which never knew of an app, could not know: the disk of the
  /// state folder may not be mounted, or the folder was lost.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_lost`.
  func ensureNotLost() async throws {
    guard try await store.isBlank() else { return }
    var found: [String] = []
    for runtime in runtimes.all { found += await runtime.remnants() }
    guard !found.isEmpty else { return }
    let names = Set(found).sorted()
    throw OrchestratorError(
      .stateLost,
      "\(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? " and \(names.count - 5) more" : "") came from the state folder \(folder.path.quoted), which knows nothing of an app; they go on as they are, and nothing is changed or removed",
      hint:
        "see that its disk is mounted, or put a backup in its place: orchestrator restore FILE; how to begin anew without one stands in the README, under 'Backups'"
    )
  }

  /// The releases of an app that is expected to be there, newest first.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` or `state_lost`.
  func releases(ofKnown app: AppName) async throws -> [StoredRelease] {
    let rows = try await store.releases(of: app)
    guard rows.isEmpty else { return rows }
    try await ensureNotLost()
    throw OrchestratorError(
      .notFound, "there is no app \(app.description.quoted)",
      hint: store.file.isThere ? "orchestrator list shows the apps" : "\(noInstallation); \(otherFolder)")
  }

  /// Says, to whom the settings name, why nothing is to be seen where that is so.
  func noteAbsence() async {
    do {
      try await ensureNotLost()
      if !store.file.isThere {
        configuration.notice(
          Notice(.noInstallation, .warning, about: .installation, "\(noInstallation); \(otherFolder)"))
      }
    } catch {
      let hint = OrchestratorError.wrapping(error).hint
      configuration.notice(
        Notice(.notRepaired, about: .installation, error).saying {
          [$0, hint].compactMap(\.self).joined(separator: "; ")
        })
    }
  }

  /// That there is no state here.
  var noInstallation: String { "there is no installation in \(folder.path.quoted)" }

  /// Where there may be one.
  var otherFolder: String {
    let defaultHome = OrchestratorConfiguration.defaultHome.canonicalPath
    guard defaultHome != folder.path, StateFolder(defaultHome).hasState else {
      return "the first deploy makes one; --home and ORCHESTRATOR_HOME name another folder"
    }
    return "did you mean \(defaultHome.quoted)? --home and ORCHESTRATOR_HOME name the folder"
  }
}
