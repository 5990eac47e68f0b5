import OrchestratorModel

/// Deploying.
extension DeploymentEngine {
  /// Deploys an app, and returns when the new release serves and the one before is retired.
  ///
  /// When a step fails, or the calling task is cancelled, everything that was made is undone first, and the release that served
  /// before has never stopped serving. Cancelled when the new release serves already, it leaves the one before to the next command.
  ///
  /// - Parameters:
  ///   - app: what to deploy.
  ///   - timeout: how long to wait for another command that is changing the app; without it that is an error at once.
  ///   - observe: is given the events as they happen; it ends when the sequence does.
  /// - Returns: the release that serves now.
  /// - Throws: ``OrchestratorError``, among others with the code `unknown_stack`, `detection_failed`, `busy`, `conflict`, `ports_exhausted`,
  ///   `runtime_unavailable`, `build_failed`, `start_failed`, `unhealthy`, `proxy_failed`, `disk_full`, `cancelled` or `state_lost`; its
  ///   `rollback` says what was undone, once something had been begun.
  @discardableResult
  public func deploy(
    _ app: AppSpec, waiting timeout: Duration = .zero,
    observe: @escaping @Sendable (DeploymentEvents) async -> Void = { _ in }
  ) async throws -> Release {
    let plan = try await installation.plan(for: app)
    return try await bringLive(.source(plan), instances: app.instances, waiting: timeout, observe: observe)
  }

  /// Deploys what was built for a release that served, with the number of instances that the app has now.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is no such release, `conflict` when it never served or what was
  ///   built for it is gone; otherwise as ``deploy(_:waiting:observe:)`` does.
  @discardableResult
  package func redeploy(
    buildsOf release: ReleaseNumber, of app: AppName, waiting timeout: Duration = .zero,
    observe: @escaping @Sendable (DeploymentEvents) async -> Void = { _ in }
  ) async throws -> Release {
    _ = try await installation.releases(ofKnown: app)
    return try await bringLive(.builds(of: release, app: app), instances: nil, waiting: timeout, observe: observe)
  }

  private func bringLive(
    _ origin: DeploymentOrigin, instances: Scale?, waiting timeout: Duration,
    observe: @escaping @Sendable (DeploymentEvents) async -> Void
  ) async throws -> Release {
    try await installation.ensureNotLost()
    return try await installation.reporting(to: observe) { report in
      try await Deployment(installation: installation, origin: origin, instances: instances, report: report)
        .run(waiting: timeout)
    }
  }
}
