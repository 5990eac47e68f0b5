import Foundation
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Stops what no longer serves, releases and single workloads: lets their requests finish, asks them to stop, and frees what they had.
struct Retirement: Sendable {
  let store: Store
  let runtimes: Runtimes
  let proxy: any ReverseProxy
  let folder: StateFolder
  /// How many releases that served are kept, the serving one among them, and how many that failed.
  var keptReleases: Int
  /// Whether it waits for requests that are under way; else a release that has some is left to a later command.
  let awaitsRequests: Bool
  let report: EventSink

  /// Stops every release of `app` that waits for it and what is too much of the one that serves, then forgets those too old to go back to.
  ///
  /// What cannot be done now is noted, and done by the next command: what is new serves all the same.
  func run(_ app: AppName) async {
    await stopUnserving(app)
    for row in (try? await tooOld(app)) ?? [] where !Task.isCancelled {
      do { try await forget(row) } catch {
        report(.note(.notRemoved(row, error)))
      }
    }
  }

  /// Stops every release of `app` that waits for it, and what is too much of the one that serves.
  func stopUnserving(_ app: AppName) async {
    do {
      let rows = try await store.releases(of: app)
      for row in rows.reversed() where row.state == .retiring { try await retire(row) }
      for row in rows where row.state == .live && !row.surplus.isEmpty { try await takeAwaySurplus(of: row) }
    } catch {
      if Task.isCancelled {
        return report(
          .note(
            .releaseStillRuns, about: .app(app),
            "what served before still runs, so that its requests can end; the next command stops it"))
      }
      report(
        .note(.releaseStillRuns, about: .app(app), after: "what served before is not stopped yet: ", error))
    }
  }

  private func retire(_ row: StoredRelease) async throws {
    let (plan, watch) = (row.plan, Stopwatch())
    let drained = try await drain(plan)
    if !drained, !awaitsRequests, try await !hasHadItsTime(plan) { return }
    try await toTheEnd {
      try await stop(row.workloads)
      try await store.mark(plan.release, of: plan.app, as: .retired)
    }
    let ports = row.ports.values.sorted()
    let place = ports.isEmpty ? "" : "on \(ports.map(\.description).joined(separator: ", ")) "
    report(
      .retired(plan.release, detail: place + ending(plan, drained), seconds: watch.seconds))
  }

  /// Stops the workloads of a release that are sent no requests any more, or not yet: the command that was adding them was killed.
  private func takeAwaySurplus(of row: StoredRelease) async throws {
    let (plan, watch) = (row.plan, Stopwatch())
    // A command that was adding them may have been killed before, or while, that was taken back.
    _ = try await proxy.apply(.restore)
    let drained = try await drain(plan)
    // nginx itself ends what takes too long.
    if !drained, !awaitsRequests { return }
    try await toTheEnd { try await stop(row.surplus.map(\.workload)) }
    let ends = row.surplus.map { "\($0.workload.label) on \($0.port)" }
    report(
      .reduced(
        plan.release, detail: "\(ends.joined(separator: ", ")) \(ending(plan, drained))",
        seconds: watch.seconds))
  }

  private func drain(_ plan: DeploymentPlan) async throws -> Bool {
    try await proxy.drain(atMost: awaitsRequests ? plan.drain : .zero)
  }

  private func ending(_ plan: DeploymentPlan, _ drained: Bool) -> String {
    drained ? "drained" : "stopped after \(plan.drain.brief) with requests under way"
  }

  /// Does `work` to its end once it is begun, whatever becomes of our task: only the waiting before it can be interrupted.
  private func toTheEnd(_ work: @escaping @Sendable () async throws -> Void) async throws {
    try Task.checkCancellation()
    try await uncancelled { try await work() }
  }

  private func stop(_ workloads: [WorkloadPlan]) async throws {
    // Each may take its grace to end, and none is left in the middle of it because another cannot be stopped.
    let outcomes = await withTaskGroup { group in
      for workload in workloads { group.addTask { await Result(catching: { try await stop(workload) }) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for outcome in outcomes { try outcome.get() }
  }

  private func stop(_ workload: WorkloadPlan) async throws {
    await runtimes[workload].saveLogs(of: workload)
    try await runtimes[workload].remove(workload)
    try await store.freePort(of: workload)
  }

  /// Whether the requests of a release have had their time to end since another one took its place.
  private func hasHadItsTime(_ plan: DeploymentPlan) async throws -> Bool {
    let replaced = try await store.liveRelease(of: plan.app)?.liveAt
    return replaced.map { Date().timeIntervalSince($0) > plan.drain.seconds } ?? true
  }

  /// The releases that are too old to go back to, and the failed ones that are too old for their logs to be read.
  func tooOld(_ app: AppName) async throws -> [StoredRelease] {
    let rows = try await store.releases(of: app)
    let begun = rows.filter { $0.state == .removing }
    // One that is still to be stopped has served, too, and goes when it is.
    let served = rows.filter { [.live, .retiring, .retired].contains($0.state) }
    let failed = rows.filter { $0.state == .failed }
    let tooOld = served.dropFirst(keptReleases) + failed.dropFirst(keptReleases)
    return begun + tooOld.filter { $0.state != .retiring }
  }

  /// Removes all that is left of a release that does not serve, to the end once it is begun.
  ///
  /// From its first moment on no command can go back to the release, and the next command finishes it.
  func forget(_ row: StoredRelease) async throws { try await toTheEnd { try await removeAll(of: row) } }

  /// Whether another release runs, or may run again, from a build of this one.
  func isShared(_ build: Build, with row: StoredRelease) async throws -> Bool {
    let others = try await store.releases(of: build.app).filter { $0.plan.release != row.plan.release }
    return others.filter(\.keepsBuilds).contains { $0.plan.components.map(\.build).contains(build) }
  }

  private func removeAll(of row: StoredRelease) async throws {
    let plan = row.plan
    try await store.mark(plan.release, of: plan.app, as: .removing)
    var isWhole = row.state != .removing
    do {
      for component in plan.components {
        if try await !isShared(component.build, with: row) { try await runtimes[component].removeBuild(of: component) }
        isWhole = false
        try await runtimes[component].removeRelease(of: component)
      }
    } catch {
      // What cannot be removed now must not keep every command busy, and no command can go back to what may be half removed.
      let isUntouched = isWhole && (error as? OrchestratorError)?.code == .conflict
      try await store.mark(plan.release, of: plan.app, as: isUntouched ? row.state : .failed)
      throw error
    }
    try? FileManager.default.removeItem(atPath: folder.release(plan.app, plan.release))
    FaultPoint.pass("release folder removed")
    try await store.forget(plan.release, of: plan.app)
  }
}

extension Notice {
  /// That a release which is too old is there still: it harms nothing, and the next command tries again.
  static func notRemoved(_ row: StoredRelease, _ error: any Error) -> Notice {
    var notice = Notice(
      .releaseNotRemoved, about: Subject(row.plan), after: "an old release is not removed yet: ", error)
    notice.severity = .warning
    return notice
  }
}
