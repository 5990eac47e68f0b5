/// Changing how many workloads of an app run side by side.
extension DeploymentEngine {
  /// Adds workloads to the release that serves, or takes some away, without a request that is lost.
  ///
  /// When one that was added does not become healthy, or the calling task is cancelled, those that were added are removed again and the
  /// app goes on as it was.
  ///
  /// - Parameters:
  ///   - app: the app, one that serves.
  ///   - instances: how many there are to be.
  ///   - patience: how long to wait for somebody else who is changing the app; without it that is an error at once.
  ///   - observe: is given the events as they happen; it ends when the sequence does.
  /// - Returns: the release that serves.
  /// - Throws: ``OrchestratorError``; its `rollback` says what was undone, once something had been begun.
  @discardableResult
  public func scale(
    _ app: AppName, to instances: Instances, waiting patience: Duration = .zero,
    observe: @escaping @Sendable (DeploymentEvents) async -> Void = { _ in }
  ) async throws -> Release {
    guard try await !store.releases(of: app).isEmpty else { throw noApp(app) }
    return try await reporting(to: observe) { report in
      for sentence in await tend() { report(.note(sentence)) }
      return try await holdingLease(of: app, for: .scale, patience: patience, report: report) {
        try await scale(app, to: instances, report: report)
      }
    }
  }

  private func scale(_ app: AppName, to instances: Instances, report: @escaping EventSink) async throws -> Release {
    // What somebody left half added or half taken away would be in the way.
    await retirement(report).run(app)
    guard let live = try await store.liveRelease(of: app) else {
      throw OrchestratorError(
        .conflict, "\(app.description.quoted) does not serve: its last deployment failed",
        hint: "deploy it again with --instances")
    }
    return try await scale(live, to: live.plan.with(instances), report: report).release
  }

  /// Gives a release that serves the workloads that `plan` says, and stops those that it has too many.
  private func scale(
    _ live: StoredRelease, to plan: DeploymentPlan, report: @escaping EventSink
  ) async throws -> StoredRelease {
    let start = ContinuousClock.now
    let added = plan.workloads.filter { !live.serving.contains($0.id) }
    if !added.isEmpty { try await runtimes[plan.runtime].checkAvailable() }
    let scaled = try await pipeline(report).scale(live, to: plan, workloads: plan.workloads)
    report(.scaled(scaled.release, seconds: (ContinuousClock.now - start).seconds))
    await retirement(report).run(plan.app)
    return scaled
  }

  /// Makes sure that there is a port for the first instance of each component: where other instances of the release that serves have all that
  /// are left, one of them gives way. Should the deployment fail, ``fill(_:report:)`` brings it back.
  func makeRoom(for plan: DeploymentPlan, report: @escaping EventSink) async throws {
    guard let live = try await store.liveRelease(of: plan.app) else { return }
    var kept = live.workloads.filter { live.serving.contains($0.id) }
    for component in plan.components where try await !store.hasFreePort(in: component.stack.internalPorts) {
      let own = kept.filter { $0.stack.internalPorts == component.stack.internalPorts && $0.instance > 1 }
      guard let last = own.max(by: { $0.instance < $1.instance }) else { continue }
      report(.note("\(last.title) gives way to the new release: \(component.stack.internalPorts) has no other port"))
      kept.removeAll { $0 == last }
    }
    guard kept.count < live.serving.count else { return }
    _ = try await pipeline(report).scale(live, to: live.plan, workloads: kept)
    await retirement(report).run(plan.app)
  }

  /// Adds the workloads that a release which serves is to have and has not, as their ports were not free when it was deployed.
  func fill(_ app: AppName, report: @escaping EventSink) async {
    do {
      guard !Task.isCancelled, let live = try await store.liveRelease(of: app), !live.missing.isEmpty else { return }
      _ = try await scale(live, to: live.plan, report: report)
    } catch {
      let failure = OrchestratorError.wrapping(error)
      report(
        .note("\(app) runs fewer instances than it should: \(failure.message); orchestrator reconcile tries again"))
    }
  }
}
