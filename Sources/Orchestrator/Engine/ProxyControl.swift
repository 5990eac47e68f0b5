import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorStore

/// Looking at the proxy, and what a person can have it do.
extension DeploymentEngine {
  /// What the proxy does.
  public func proxyStatus() async throws -> ProxyStatus {
    if !store.file.isThere { await noteAbsence() }
    await recoverPending()
    return try await settledProxyStatus()
  }

  /// What the proxy does, without what passes: somebody may be changing it in the middle of the look.
  func settledProxyStatus() async throws -> ProxyStatus {
    var status = try await proxy.status()
    for _ in 1...10 where status.running && status.problem != nil {
      try await Task.sleep(for: .milliseconds(200))
      status = try await proxy.status()
    }
    return status
  }

  /// Stops the proxy when no app needs it any more; a deploy starts it again.
  ///
  /// - Throws: ``OrchestratorError`` with the code `conflict` while apps are served or deployed, or what the runtime says.
  public func stopProxy() async throws {
    try await ensureNotLost()
    guard store.file.isThere else { return await noteAbsence() }
    await recoverPending()
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
  /// - Returns: the generation that serves, what the person should know, and what keeps apps from being reached, one sentence each.
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed`; then what was in force still is.
  public func reloadProxy() async throws -> ProxyChange {
    try await ensureNotLost()
    guard store.file.isThere else {
      await noteAbsence()
      return ProxyChange(generation: 0)
    }
    await recoverPending()
    return try await proxy.reload()
  }

  /// The files of the proxy's configuration, the main one first; none when there is none.
  public func proxyFiles() async throws -> [ProxyFile] {
    if !store.file.isThere { await noteAbsence() }
    await recoverPending()
    return try await proxy.files()
  }
}
