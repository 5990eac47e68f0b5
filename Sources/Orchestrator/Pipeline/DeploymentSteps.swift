import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore

/// What deploying and scaling are made of; each step is journalled by the saga that runs it.
struct DeploymentSteps: Sendable {
  let store: Store
  let runtimes: Runtimes
  let proxy: any ReverseProxy
  let probe: HealthProbe
  let folder: StateFolder
  let buildSlots: BuildSlots
  let diskPreflight: DiskPreflight
  let report: EventSink

  /// Brings `plan` live by `work`, undoing every step if a later one fails; the release that served before is left to be retired.
  ///
  /// - Throws: ``OrchestratorError`` that says what was undone and what still serves.
  func undoingFailure(
    of plan: DeploymentPlan, _ work: @Sendable (Saga) async throws -> Release
  ) async throws -> Release {
    let watch = Stopwatch()
    let release: Release
    do {
      release = try await saga(of: plan).run(work, stillServing: { await serving(plan.app) })
    } catch {
      // A release that is not undone completely stays as it is, so that the next command that changes the app undoes the rest.
      let isUndone = (error as? OrchestratorError)?.rollback?.leftBehind.isEmpty ?? true
      if isUndone { try? await uncancelled { try await store.mark(plan.release, of: plan.app, as: .failed) } }
      throw error
    }
    report(.live(release, seconds: watch.seconds))
    return release
  }

  /// Has clients told from the start that an app is to come; and nothing is built for a proxy that cannot start.
  func openProxy(for plan: DeploymentPlan) async throws {
    let opened = try await proxy.open(for: plan)
    for notice in (opened?.notes ?? []) + (opened?.problems ?? []) { report(.note(notice)) }
  }

  /// Gives each workload of a release its port. Where the release before has so many that there are not enough for both, the rest is added
  /// when it is stopped.
  func reservePorts(for plan: DeploymentPlan, _ saga: Saga) async throws -> [Placement] {
    try await place(plan.workloads, canWait: try await store.liveRelease(of: plan.app) != nil, saga)
  }

  /// Gives workloads their ports, in their order; all but the first of each component can wait where that is said.
  private func place(_ workloads: [WorkloadPlan], canWait: Bool, _ saga: Saga) async throws -> [Placement] {
    var placed: [Placement] = []
    for workload in workloads {
      let isNeeded = workload.instance == 1 || !canWait
      let step = ReservePort(
        workload: workload, isNeeded: isNeeded, store: store, runtime: runtimes[workload], report: report)
      if let port = try await saga.run(step) { placed.append(Placement(workload: workload, port: port)) }
    }
    return placed
  }

  /// Builds components side by side.
  func build(_ components: [ComponentPlan], _ saga: Saga) async throws {
    _ = try await saga.run(
      components.map { plan in
        BuildImage(
          plan: plan, runtime: runtimes[plan], folder: folder, slots: buildSlots, diskPreflight: diskPreflight,
          report: report)
      })
  }

  /// Starts workloads side by side, and returns when all of them are healthy: before that none takes traffic.
  func start(_ placed: [Placement], _ saga: Saga) async throws {
    _ = try await saga.run(
      placed.map { StartWorkload(workload: $0.workload, port: $0.port, runtime: runtimes[$0.workload], report: report) }
    )
    let checks = placed.map {
      AwaitHealthy(workload: $0.workload, port: $0.port, runtime: runtimes[$0.workload], probe: probe, report: report)
    }
    _ = try await saga.run(checks)
    // One may have ended while another was not healthy yet.
    for check in checks { try await check.ensureRunning() }
  }

  /// Sends the app's requests to these workloads.
  func switchRoutes(to placed: [Placement], of plan: DeploymentPlan, _ saga: Saga) async throws {
    _ = try await saga.run(
      SwitchRoute(plan: plan, routes: placed.map(\.route), store: store, proxy: proxy, report: report))
  }

  /// From here on the release serves.
  func commit(_ plan: DeploymentPlan) async throws -> Release {
    try await committed(plan, { try await store.commit(plan.release, of: plan.app) }) {
      $0.plan.release == plan.release
    }.release
  }

  /// Has a release that serves go on as `plan`, with `workloads` of it: those that it has not are added, and those that it has beside them
  /// are left to be stopped.
  ///
  /// - Throws: ``OrchestratorError`` that says what was undone; then requests go where they went before.
  func scale(
    _ live: StoredRelease, to plan: DeploymentPlan, workloads: [WorkloadPlan]
  ) async throws -> StoredRelease {
    try await saga(of: plan).run(
      { saga in
        let kept = workloads.filter { live.serving.contains($0.id) }.compactMap { workload in
          live.ports[workload.id].map { Placement(workload: workload, port: $0) }
        }
        let added = try await place(workloads.filter { !live.serving.contains($0.id) }, canWait: false, saga)
        try await start(added, saga)
        let all = (kept + added).sorted { $0.workload.id < $1.workload.id }
        try await switchRoutes(to: all, of: plan, saga)
        return try await commit(plan, serving: all.map(\.workload))
      }, stillServing: { await serving(plan.app) })
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
      let live = await uncancelled { try? await store.liveRelease(of: plan.app) }
      guard let live, isWritten(live) else { throw error }
      return live
    }
  }

  private func saga(of plan: DeploymentPlan) -> Saga { Saga(undo: undo(of: plan), journal: store, report: report) }

  /// Undoes what a deployment of `plan` makes.
  func undo(of plan: DeploymentPlan) -> Undo {
    Undo(plan: plan, store: store, runtimes: runtimes, proxy: proxy, folder: folder)
  }

  private func serving(_ app: AppName) async -> ReleaseNumber? {
    await uncancelled { try? await store.liveRelease(of: app)?.plan.release }
  }
}
