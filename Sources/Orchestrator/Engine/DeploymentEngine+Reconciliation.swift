import OrchestratorModel
import OrchestratorStore

/// Putting in order.
extension DeploymentEngine {
  private var caretaker: Caretaker { Caretaker(installation: installation) }

  /// Undoes or finishes what was interrupted, and sees to it that all processes that should run are looked after.
  ///
  /// What changes something does so before it begins; what only looks does not.
  ///
  /// - Returns: what was done and what could not be; none when everything was as it should be. They are logged as well.
  @discardableResult
  public func recoverPending() async -> [Notice] {
    let notices = await caretaker.recoverPending()
    for notice in notices { configuration.logger.log(notice) }
    return notices
  }

  /// The same before work that has no events of its own; what came of it goes to the settings' `notice`.
  func recoverAndNotify() async { for notice in await recoverPending() { configuration.notice(notice) } }

  /// Brings back what should run and does not, as after a restart of the machine: the apps that serve, and the proxy. Finishes what
  /// was interrupted, removes releases that are too old to go back to, and what belongs to no release.
  ///
  /// Doing it again changes nothing.
  ///
  /// - Parameter dryRun: whether it is only said what would be done.
  /// - Returns: what was done and what could not be; none when everything was as it should be.
  /// - Throws: ``OrchestratorError`` when the state cannot be read, or with the code `state_lost`.
  public func reconcile(dryRun: Bool = false) async throws -> Reconciliation {
    try await installation.ensureNotLost()
    guard store.file.isThere else {
      await installation.noteAbsence()
      return Reconciliation()
    }
    if dryRun { return try await caretaker.preview() }
    folder.reserve.giveUpIfFull()
    defer { folder.reserve.keep() }
    return try await caretaker.reconcile()
  }
}
