import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorStore

/// What a person can have the proxy do.
extension DeploymentEngine {
  /// Stops the proxy when no app needs it any more; a deploy starts it again.
  ///
  /// - Throws: ``OrchestratorError`` with the code `conflict` while apps are served or deployed, `state_lost`, or what the runtime says.
  public func stopProxy() async throws {
    try await installation.ensureNotLost()
    guard store.file.isThere else { return await installation.noteAbsence() }
    await recoverAndNotify()
    guard try await !proxy.stopIfUnused() else { return }
    let apps = Set(try await store.routes().map(\.app))
    guard !apps.isEmpty else {
      throw OrchestratorError(
        .conflict, "the proxy answers the clients of an app that is being deployed",
        hint: "wait until it is, and destroy it first: orchestrator list shows it")
    }
    throw OrchestratorError(
      .conflict,
      "the proxy serves \(apps.count == 1 ? "an app" : "\(apps.count) apps"), which could not be reached without it",
      hint: "destroy them first: orchestrator list shows them")
  }

  /// Makes all of the proxy's files anew from the routes of the store, and has nginx read them; also what nginx refused is tried again.
  ///
  /// - Returns: the generation that serves, what the person should know, and what keeps apps from being reached.
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed`, or `state_lost`; then what was in force still is.
  public func reloadProxy() async throws -> ProxyChange {
    try await installation.ensureNotLost()
    guard store.file.isThere else {
      await installation.noteAbsence()
      return ProxyChange(generation: 0)
    }
    await recoverAndNotify()
    return try await proxy.reload()
  }
}
