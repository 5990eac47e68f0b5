import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorStore

/// Telling an app's clients to come back later.
extension DeploymentEngine {
  /// Answers an app's requests with a page that says to come back later (503), until it is taken out of maintenance. The app itself goes
  /// on running, and can be deployed; requests that it has already are answered by it.
  ///
  /// - Parameter message: plain text for the page, at most 500 characters.
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, `busy`, `conflict`, `state_lost` or `proxy_failed`; then
  ///   nothing changed.
  public func beginMaintenance(
    of app: AppName, message: String? = nil, waiting timeout: Duration = .zero
  ) async throws {
    try await setMaintenance(try MaintenanceMode(checking: message), of: app, waiting: timeout)
  }

  /// Sends an app's requests to the app again.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `busy`, `state_lost` or `proxy_failed`; then nothing changed.
  public func endMaintenance(of app: AppName, waiting timeout: Duration = .zero) async throws {
    try await setMaintenance(.off, of: app, waiting: timeout)
  }

  private func setMaintenance(_ mode: MaintenanceMode, of app: AppName, waiting timeout: Duration) async throws {
    _ = try await installation.releases(ofKnown: app)
    await recoverAndNotify()
    try await installation.withLease(of: app, for: .maintain, timeout: timeout, report: installation.noticing) {
      if mode != .off, try await store.liveRelease(of: app) == nil {
        throw OrchestratorError(
          .conflict, "\(app.description.quoted) does not serve: its last deployment failed", hint: "deploy it first")
      }
      let before = try await store.maintenance(of: app)
      try await store.setMaintenance(mode, of: app)
      do { _ = try await proxy.apply(.restore) } catch {
        try await uncancelled { try await store.setMaintenance(before, of: app) }
        throw error
      }
    }
  }
}
