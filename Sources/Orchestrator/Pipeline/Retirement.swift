import Foundation

/// Stops the releases that no longer serve: lets their requests finish, asks them to stop, and frees what they had.
struct Retirement: Sendable {
  let store: Store
  let runtimes: Runtimes
  let proxy: any ReverseProxy
  let folder: StateFolder
  /// How many releases that served are kept, the serving one among them, and how many that failed.
  var keptReleases: Int
  /// Whether it waits for requests that are under way; else a release that has some is left to whoever comes later.
  let isPatient: Bool
  let report: EventSink

  /// Retires every release of `app` that waits for it, then forgets those too old to go back to.
  ///
  /// What cannot be done now is noted, and done by the next deployment of the app: the new release serves all the same.
  func run(_ app: AppName) async {
    do {
      let rows = try await store.releases(of: app)
      for row in rows.reversed() where row.state == .retiring { try await retire(row.plan) }
    } catch {
      report(.note("the release before is not stopped yet: \(OrchestratorError.wrapping(error).message)"))
    }
    for row in (try? await tooOld(app)) ?? [] {
      do { try await forget(row) } catch {
        report(.note("an old release is not removed yet: \(OrchestratorError.wrapping(error).message)"))
      }
    }
  }

  private func retire(_ plan: DeploymentPlan) async throws {
    let start = ContinuousClock.now
    let patience = isPatient ? plan.drain : .zero
    let drained = try await proxy.drain(atMost: patience)
    if !drained, !isPatient, try await !hasHadItsTime(plan) { return }
    let ports = try await store.ports(of: plan.release, of: plan.app).values.sorted()
    for component in plan.components {
      await runtimes[component].saveLogs(of: component)
      try await runtimes[component].remove(component)
      try await store.freePort(of: component)
    }
    try await store.mark(plan.release, of: plan.app, as: .retired)
    let place = ports.isEmpty ? "" : "on \(ports.map(\.description).joined(separator: ", ")) "
    let detail = place + (drained ? "drained" : "stopped after \(plan.drain.brief) with requests under way")
    report(.retired(plan.release, detail: detail, seconds: (ContinuousClock.now - start).seconds))
  }

  /// Whether the requests of a release have had their time to end since another one took its place.
  private func hasHadItsTime(_ plan: DeploymentPlan) async throws -> Bool {
    let replaced = try await store.liveRelease(of: plan.app)?.liveAt
    return replaced.map { Date().timeIntervalSince($0) > plan.drain.seconds } ?? true
  }

  /// The releases that nobody will go back to, and the failed ones whose logs nobody will read any more.
  func tooOld(_ app: AppName) async throws -> [StoredRelease] {
    let rows = try await store.releases(of: app)
    let begun = rows.filter { $0.state == .removing }
    let served = rows.filter { $0.state == .live || $0.state == .retired }
    let failed = rows.filter { $0.state == .failed }
    return begun + Array(served.dropFirst(keptReleases) + failed.dropFirst(keptReleases))
  }

  /// Removes all that is left of a release that does not serve.
  ///
  /// From its first moment on nobody can go back to the release, and whoever comes next finishes it.
  func forget(_ row: StoredRelease) async throws {
    let plan = row.plan
    try await store.mark(plan.release, of: plan.app, as: .removing)
    var isWhole = row.state != .removing
    do {
      for component in plan.components {
        try await runtimes[component].removeBuild(of: component)
        isWhole = false
      }
    } catch {
      // What cannot be removed now must not keep every command busy, and nobody can go back to what may be half removed.
      let isUntouched = isWhole && (error as? OrchestratorError)?.code == .conflict
      try await store.mark(plan.release, of: plan.app, as: isUntouched ? row.state : .failed)
      throw error
    }
    try? FileManager.default.removeItem(atPath: folder.release(plan.app, plan.release))
    FaultPoint.pass("release folder removed")
    try await store.forget(plan.release, of: plan.app)
  }
}
