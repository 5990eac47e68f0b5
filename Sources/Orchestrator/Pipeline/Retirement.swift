import Foundation

/// Stops the releases that no longer serve: lets their requests finish, asks them to stop, and frees what they had.
struct Retirement: Sendable {
  let store: Store
  let runtime: any WorkloadRuntime
  let proxy: any ReverseProxy
  let folder: StateFolder
  /// How many releases keep their image, the serving one among them.
  let keptReleases: Int
  let report: EventSink

  /// Retires every release of `app` that waits for it, then removes the images of those too old to go back to.
  ///
  /// What cannot be done now is noted, and done by the next deployment of the app: the new release serves all the same.
  func run(_ app: AppName) async {
    do {
      for row in try await store.releases(of: app).reversed() where row.state == .retiring {
        try await retire(row.plan)
      }
      try await removeOldImages(of: app)
    } catch {
      report(.note("the release before is not stopped yet: \(OrchestratorError.wrapping(error).message)"))
    }
  }

  private func retire(_ plan: DeploymentPlan) async throws {
    let start = ContinuousClock.now
    let drained = try await proxy.drain(atMost: plan.stack.stop.drain)
    await LogKeeper(runtime: runtime, folder: folder).keep(plan)
    let port = try await store.releases(of: plan.app).first { $0.plan.release == plan.release }?.port
    try await runtime.remove(plan.workload)
    try await store.freePort(of: plan.release, of: plan.app)
    try await store.mark(plan.release, of: plan.app, as: .retired)
    let place = port.map { "on \($0) " } ?? ""
    let detail = place + (drained ? "drained" : "stopped after \(plan.stack.stop.drain.brief) with requests under way")
    report(.retired(plan.release, detail: detail, seconds: (ContinuousClock.now - start).seconds))
  }

  private func removeOldImages(of app: AppName) async throws {
    let served = try await store.releases(of: app).filter { $0.state == .live || $0.state == .retired }
    for row in served.dropFirst(keptReleases) { try await runtime.removeImage(row.plan.image) }
  }
}
