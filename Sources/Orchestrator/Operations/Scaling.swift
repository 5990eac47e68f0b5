import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore

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
  ///   - timeout: how long to wait for another command that is changing the app; without it that is an error at once.
  ///   - observe: is given the events as they happen; it ends when the sequence does.
  /// - Returns: the release that serves.
  /// - Throws: ``OrchestratorError``, among others with the code `not_found`, `busy`, `conflict`, `ports_exhausted`, `start_failed`,
  ///   `unhealthy`, `proxy_failed`, `cancelled` or `state_lost`; its `rollback` says what was undone, once something had been begun.
  @discardableResult
  public func scale(
    _ app: AppName, to instances: Scale, waiting timeout: Duration = .zero,
    observe: @escaping @Sendable (DeploymentEvents) async -> Void = { _ in }
  ) async throws -> Release {
    _ = try await installation.releases(ofKnown: app)
    return try await installation.reporting(to: observe) { report in
      for notice in await Caretaker(installation: installation).recoverPending() { report(.note(notice)) }
      return try await installation.withLease(of: app, for: .scale, timeout: timeout, report: report) {
        try await Scaling(installation: installation, report: report).run(app, to: instances)
      }
    }
  }
}

/// Changes how many workloads of an app run side by side, while its lease is ours.
struct Scaling: InstallationWorker {
  let installation: Installation
  let report: EventSink

  /// Adds workloads to the release that serves, or takes some away.
  ///
  /// - Throws: ``OrchestratorError``; then the app goes on as it was.
  func run(_ app: AppName, to instances: Scale) async throws -> Release {
    // What an earlier command left half added or half taken away would be in the way.
    await installation.retirement(report).run(app)
    guard let live = try await store.liveRelease(of: app) else {
      throw OrchestratorError(
        .conflict, "\(app.description.quoted) does not serve: its last deployment failed",
        hint: "deploy it again with --instances")
    }
    try ensureNoSurplus(of: live)
    return try await scale(live, to: live.plan.with(instances)).release
  }

  /// What still has a port and gets no requests is stopped before another takes its place.
  private func ensureNoSurplus(of live: StoredRelease) throws {
    guard let left = live.surplus.first else { return }
    throw OrchestratorError(
      .conflict, "\(left.workload.title), which is to be stopped first, could not be stopped yet",
      hint: "try again in a moment; \(live.plan.release) serves")
  }

  /// Gives a release that serves the workloads that `plan` says, and stops those that it has too many.
  private func scale(_ live: StoredRelease, to plan: DeploymentPlan) async throws -> StoredRelease {
    let watch = Stopwatch()
    let added = plan.workloads.filter { !live.serving.contains($0.id) }
    if !added.isEmpty { try await runtimes[plan.runtime].checkAvailable() }
    let scaled = try await installation.steps(report).scale(live, to: plan, workloads: plan.workloads)
    report(.scaled(scaled.release, seconds: watch.seconds))
    await installation.retirement(report).run(plan.app)
    return scaled
  }

  /// Has instances of the release that serves give way where their stack has too few other ports for the new release: so many that both
  /// have about half of the ports, and neither stands there with a single one. Should the deployment fail they are brought back.
  func freePorts(for plan: DeploymentPlan) async throws {
    guard var live = try await store.liveRelease(of: plan.app) else { return }
    if try await shortfall(of: plan, beside: live).isEmpty { return }
    // A release that waits for its last requests has ports as well.
    await installation.retirement(report).stopUnserving(plan.app)
    live = try await store.liveRelease(of: plan.app) ?? live
    let leaving = try await shortfall(of: plan, beside: live)
    guard !leaving.isEmpty else { return }
    let names = leaving.map(\.title).joined(separator: ", ")
    report(
      .note(
        .instancesGaveWay, .warning, about: Notice.Subject(live.plan),
        "\(names) \(leaving.count == 1 ? "gives" : "give") way to the new release, which finds no other port"))
    let kept = live.servingWorkloads.map(\.workload).filter { !leaving.contains($0) }
    _ = try await installation.steps(report).scale(live, to: live.plan, workloads: kept)
    await installation.retirement(report).stopUnserving(plan.app)
  }

  /// The workloads of a release that serves whose ports the new one needs.
  private func shortfall(of plan: DeploymentPlan, beside live: StoredRelease) async throws -> [WorkloadPlan] {
    var leaving: [WorkloadPlan] = []
    for component in plan.components {
      let range = component.stack.internalPorts
      let own = live.servingWorkloads.map(\.workload).filter {
        $0.component == component.component && $0.stack.internalPorts == range
      }
      let free = try await store.freePorts(in: range)
      let share = min(component.instances, max(1, (free + own.count) / 2))
      // The first instance stays: the routing table leads there.
      leaving += own.dropFirst().suffix(max(0, share - free))
    }
    return leaving
  }

  /// Adds the workloads that a release which serves is to have and has not, as their ports were not free when it was deployed.
  func addMissingInstances(_ app: AppName) async throws {
    guard let live = try await store.liveRelease(of: app), !live.missing.isEmpty else { return }
    try Task.checkCancellation()
    try ensureNoSurplus(of: live)
    _ = try await scale(live, to: live.plan)
  }

  func addMissingInstancesOrNote(_ app: AppName) async {
    do { try await addMissingInstances(app) } catch {
      report(.note(Self.shortage(of: app, error).saying { "\($0); orchestrator reconcile tries again" }))
    }
  }

  /// That an app has fewer instances than it should, and why.
  static func shortage(of app: AppName, _ error: any Error) -> Notice {
    let left = OrchestratorError.wrapping(error).rollback?.leftBehind ?? []
    let notice = Notice(
      .instancesMissing, about: .app(app), after: "\(app) runs fewer instances than it should: ", error)
    return notice.saying { ([$0] + left).joined(separator: "; ") }
  }
}
