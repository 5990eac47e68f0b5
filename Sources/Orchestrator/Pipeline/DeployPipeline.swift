import OrchestratorModel
import OrchestratorStore
import OrchestratorNginxProxy
import OrchestratorRuntimes

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

  /// All components are built side by side, and all workloads are healthy before any of them takes traffic.
  private func bringLive(_ plan: DeploymentPlan, saga: Saga) async throws -> Release {
    // Clients are told from the start that an app is to come, and nothing is built for a proxy that cannot start.
    let opened = try await proxy.open(for: plan)
    for sentence in (opened?.notes ?? []) + (opened?.problems ?? []) { report(.note(sentence)) }
    // Where the release before has so many ports that there are not enough for both, the rest is added when it is stopped.
    let canWait = try await store.liveRelease(of: plan.app) != nil
    let placed = try await place(plan.workloads, canWait: canWait, saga: saga)
    _ = try await saga.run(plan.components.map(buildImage))
    try await start(placed, saga: saga)
    _ = try await saga.run(switchRoute(plan, to: placed.map(\.route)))
    return try await commit(plan)
  }

  /// Has a release that serves go on as `plan`, with `workloads` of it: those that it has not are added, and those that it has beside them
  /// are left to be stopped.
  ///
  /// - Throws: ``OrchestratorError`` that says what was undone; then requests go where they went before.
  func scale(
    _ live: StoredRelease, to plan: DeploymentPlan, workloads: [WorkloadPlan]
  ) async throws -> StoredRelease {
    let saga = Saga(of: plan, journal: store, report: report)
    return try await saga.run(
      { saga in
        let kept = workloads.filter { live.serving.contains($0.id) }.compactMap { workload in
          live.ports[workload.id].map { PlacedWorkload(workload: workload, port: $0) }
        }
        let added = workloads.filter { !live.serving.contains($0.id) }
        let placed = try await place(added, canWait: false, saga: saga)
        try await start(placed, saga: saga)
        let all = (kept + placed).sorted { $0.workload.id < $1.workload.id }
        _ = try await saga.run(switchRoute(plan, to: all.map(\.route)))
        return try await commit(plan, serving: all.map(\.workload))
      }, stillServing: { await serving(plan.app) })
  }

  /// Gives workloads their ports, in their order; all but the first of each component can wait where that is said.
  private func place(_ workloads: [WorkloadPlan], canWait: Bool, saga: Saga) async throws -> [PlacedWorkload] {
    var placed: [PlacedWorkload] = []
    for workload in workloads {
      let isNeeded = workload.instance == 1 || !canWait
      if let port = try await saga.run(reservePort(workload, isNeeded: isNeeded)) {
        placed.append(PlacedWorkload(workload: workload, port: port))
      }
    }
    return placed
  }

  private func start(_ placed: [PlacedWorkload], saga: Saga) async throws {
    _ = try await saga.run(placed.map { startWorkload($0.workload, on: $0.port) })
    let checks = placed.map { awaitHealthy($0.workload, on: $0.port) }
    _ = try await saga.run(checks)
    // One may have ended while another was not healthy yet.
    for check in checks { try await check.refuseIfEnded() }
  }

  /// From here on the release serves.
  private func commit(_ plan: DeploymentPlan) async throws -> Release {
    try await committed(plan, { try await store.commit(plan.release, of: plan.app) }) {
      $0.plan.release == plan.release
    }.release
  }

  /// From here on these workloads serve.
  private func commit(_ plan: DeploymentPlan, serving workloads: [WorkloadPlan]) async throws -> StoredRelease {
    try await committed(plan, { try await store.setWorkloads(plan, serving: workloads) }) {
      $0.plan == plan && $0.serving == Set(workloads.map(\.id))
    }
  }

  /// Writes what serves, and gives it back. An error that comes when that is written already changes nothing any more.
  private func committed(
    _ plan: DeploymentPlan, _ write: () async throws -> StoredRelease, isWritten: (StoredRelease) -> Bool
  ) async throws -> StoredRelease {
    do {
      return try await write()
    } catch {
      let live = await Task { try? await store.liveRelease(of: plan.app) }.value
      guard let live, isWritten(live) else { throw error }
      return live
    }
  }

  /// Undoes all that a deployment whose process died can have left behind, having noted `journal`.
  func undoInterrupted(_ row: StoredRelease, journal: [JournalEntry]) async -> OrchestratorError.Rollback {
    let plan = row.plan
    let placed = row.workloads.map { ($0, row.ports[$0.id] ?? $0.stack.internalPorts.first) }
    // Where it never came to a switch there is nothing to wait for.
    let hasSwitched = journal.isEmpty || journal.contains { $0.step == .switchRoute }
    let steps: [any Step] =
      row.workloads.map { reservePort($0, isNeeded: true) } + plan.components.map(buildImage)
      + placed.map(startWorkload)
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
  private func reservePort(_ workload: WorkloadPlan, isNeeded: Bool) -> ReservePort {
    ReservePort(workload: workload, isNeeded: isNeeded, store: store, report: report)
  }

  private func buildImage(_ plan: ComponentPlan) -> BuildImage {
    BuildImage(
      plan: plan, runtime: runtimes[plan], folder: folder, slots: buildSlots, diskPreflight: diskPreflight,
      report: report)
  }

  private func startWorkload(_ workload: WorkloadPlan, on port: TCPPort) -> StartWorkload {
    StartWorkload(workload: workload, port: port, runtime: runtimes[workload], report: report)
  }

  private func awaitHealthy(_ workload: WorkloadPlan, on port: TCPPort) -> AwaitHealthy {
    AwaitHealthy(workload: workload, port: port, runtime: runtimes[workload], probe: probe, report: report)
  }

  private func switchRoute(_ plan: DeploymentPlan, to routes: [Route]) -> SwitchRoute {
    SwitchRoute(plan: plan, routes: routes, store: store, proxy: proxy, report: report)
  }
}
