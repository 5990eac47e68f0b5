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
  /// - Throws: ``OrchestratorError``; its `rollback` says what was undone, once something had been begun.
  @discardableResult
  public func deploy(
    _ app: AppSpec, waiting timeout: Duration = .zero,
    observe: @escaping @Sendable (DeploymentEvents) async -> Void = { _ in }
  ) async throws -> Release {
    let plan = try await installation.plan(for: app)
    try await installation.ensureNotLost()
    return try await installation.reporting(to: observe) { report in
      try await Deployment(installation: installation, plan: plan, instances: app.instances, report: report)
        .run(waiting: timeout)
    }
  }
}
