/// The story of a deployment: from a plan to a release that serves.
struct DeployPipeline: Sendable {
  let store: Store
  let runtimes: Runtimes
  let proxy: any ReverseProxy
  let probe: HealthProbe
  let folder: StateFolder
  let buildSlots: BuildSlots
  let diskPreflight: DiskPreflight
  let report: EventSink

  /// Brings `plan` live, undoing every step if a later one fails; the release that served before is left to be retired.
  ///
  /// - Throws: ``OrchestratorError`` that says what was undone and what still serves.
  func deploy(_ plan: DeploymentPlan) async throws -> Release {
    let start = ContinuousClock.now
    let saga = Saga(of: plan, journal: store, report: report)
    let release: Release
    do {
      release = try await saga.run({ try await bringLive(plan, saga: $0) }, stillServing: { await serving(plan.app) })
    } catch {
      // A release that is not undone completely stays as it is, so that whoever changes the app next undoes the rest.
      let isUndone = (error as? OrchestratorError)?.rollback?.leftBehind.isEmpty ?? true
      if isUndone { try? await Task { try await store.mark(plan.release, of: plan.app, as: .failed) }.value }
      throw error
    }
    report(.live(release, seconds: (ContinuousClock.now - start).seconds))
    return release
  }

  /// All components are built side by side, and all are healthy before any of them takes traffic.
  private func bringLive(_ plan: DeploymentPlan, saga: Saga) async throws -> Release {
    let ports = try await saga.run(plan.components.map(reservePort))
    let placed = Array(zip(plan.components, ports))
    _ = try await saga.run(plan.components.map(buildImage))
    _ = try await saga.run(placed.map(startWorkload))
    _ = try await saga.run(placed.map(awaitHealthy))
    // One may have ended while another was not healthy yet.
    for component in placed.map(awaitHealthy) { try await component.refuseIfEnded() }
    _ = try await saga.run(switchRoute(plan, to: placed.map { component, port in component.route(to: port) }))
    return try await commit(plan)
  }

  /// From here on the release serves; an error that comes when that is written already changes nothing any more.
  private func commit(_ plan: DeploymentPlan) async throws -> Release {
    do {
      return try await store.commit(plan.release, of: plan.app).release
    } catch {
      let live = await Task { try? await store.liveRelease(of: plan.app) }.value
      guard let live, live.plan.release == plan.release else { throw error }
      return live.release
    }
  }

  /// Undoes all that a deployment whose process died can have left behind, having noted `journal`.
  func undoInterrupted(_ row: StoredRelease, journal: [JournalEntry]) async -> OrchestratorError.Rollback {
    let plan = row.plan
    let placed = plan.components.map { ($0, row.ports[$0.component] ?? $0.stack.internalPorts.first) }
    // Where it never came to a switch there is nothing to wait for.
    let hasSwitched = journal.isEmpty || journal.contains { $0.step == .switchRoute }
    let steps: [any Step] =
      plan.components.map(reservePort) + plan.components.map(buildImage) + placed.map(startWorkload)
      + placed.map(awaitHealthy) + (hasSwitched ? [switchRoute(plan, to: [])] : [])
    let rollback = await Saga.undo(steps, of: plan, journal: store, report: { _ in })
    if rollback.leftBehind.isEmpty { try? await store.mark(plan.release, of: plan.app, as: .failed) }
    return rollback
  }

  private func serving(_ app: AppName) async -> ReleaseNumber? {
    await Task { try? await store.liveRelease(of: app)?.plan.release }.value
  }
}

/// The steps, each with what it works on.
extension DeployPipeline {
  private func reservePort(_ plan: ComponentPlan) -> ReservePort {
    ReservePort(plan: plan, store: store, report: report)
  }

  private func buildImage(_ plan: ComponentPlan) -> BuildImage {
    BuildImage(
      plan: plan, runtime: runtimes[plan], folder: folder, slots: buildSlots, diskPreflight: diskPreflight,
      report: report)
  }

  private func startWorkload(_ plan: ComponentPlan, on port: TCPPort) -> StartWorkload {
    StartWorkload(plan: plan, port: port, runtime: runtimes[plan], report: report)
  }

  private func awaitHealthy(_ plan: ComponentPlan, on port: TCPPort) -> AwaitHealthy {
    AwaitHealthy(plan: plan, port: port, runtime: runtimes[plan], probe: probe, report: report)
  }

  private func switchRoute(_ plan: DeploymentPlan, to routes: [Route]) -> SwitchRoute {
    SwitchRoute(plan: plan, routes: routes, store: store, proxy: proxy, report: report)
  }
}
