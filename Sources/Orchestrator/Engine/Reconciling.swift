import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Bringing the machine to what the store says.
extension DeploymentEngine {
  /// Brings back what should run and does not, as after a restart of the machine: the apps that serve, and the proxy. Finishes what
  /// was interrupted, and removes what belongs to no release.
  ///
  /// Doing it again changes nothing.
  ///
  /// - Parameter dryRun: whether it is only said what would be done.
  /// - Returns: what was done and what could not be, one sentence each; none when everything was as it should be.
  /// - Throws: ``OrchestratorError`` when the state cannot be read, or with the code `state_lost`.
  public func reconcile(dryRun: Bool = false) async throws -> Reconciliation {
    try await ensureNotLost()
    var result = Reconciliation()
    guard store.file.isThere else {
      await noteAbsence()
      return result
    }
    if !dryRun { folder.reserve.giveUpIfFull() }
    defer { if !dryRun { folder.reserve.keep() } }
    let apps = try await store.appNames().compactMap { try? AppName($0) }
    // What belongs to no release may sit on the port of one that is to be started.
    await collect(sparing: true, dryRun: dryRun, into: &result)
    for app in apps {
      if dryRun { try await preview(app, into: &result) } else { await reconcile(app, into: &result) }
    }
    do {
      if dryRun { try await previewProxy(into: &result) } else { try await reconcileProxy(into: &result) }
    } catch {
      result.problems.append("the proxy: \(OrchestratorError.wrapping(error).message)")
    }
    return result
  }

  private func reconcileProxy(into result: inout Reconciliation) async throws {
    if let done = try await proxy.tend() { result.done.append(done) }
    let before = try await proxy.status()
    let change = try await proxy.apply(.restore)
    if before.serving != change.generation, change.generation != 0 {
      result.done.append("nginx serves generation \(change.generation)")
    }
    result.problems += change.problems
  }

  private func reconcile(_ app: AppName, into result: inout Reconciliation) async {
    do {
      let notes = NoteCollector(of: app)
      var problems: [String] = []
      let outcome = try await withLeaseIfAvailable(of: app, for: .reconcile, report: notes.sink) {
        for placed in try await serving(app) {
          let workload = placed.workload
          // That one cannot be brought back keeps no other down.
          switch await Result(catching: { try await bringBack(workload, on: placed.port) }) {
          case .success(let done?): notes.sink(.note("\(workload.label): \(done)"))
          case .success(nil): break
          case .failure(let error): problems.append("\(workload.label): \(OrchestratorError.wrapping(error).message)")
          }
        }
        // A workload may have moved to another port.
        if try await enterRoutes(of: app) { await applyIfRunning() }
        await retirement(notes.sink).run(app)
        do { try await addMissingInstances(app, report: notes.sink) } catch {
          problems.append(Self.shortage(of: app, error))
        }
      }
      if case .heldByOther(let lease) = outcome { result.busy.append(lease.leftAlone) }
      result.done += notes.all
      result.problems += problems
    } catch {
      result.problems.append("\(app): \(OrchestratorError.wrapping(error).message)")
    }
  }

  /// Sends clients elsewhere at once if they are sent anywhere: where they were sent to may be a stranger by now. That it cannot be done
  /// is said when all apps are there.
  private func applyIfRunning() async {
    if (try? await proxy.status().running) == true { _ = try? await proxy.apply(.restore) }
  }

  /// Makes sure that a workload runs: on its port, or on another if a program that is not ours sits there by now.
  private func bringBack(_ workload: WorkloadPlan, on port: TCPPort) async throws -> String? {
    let runtime = runtimes[workload]
    guard try await isTaken(port, from: workload) else { return try await runtime.resume(workload, on: port) }
    let owner = PortOwner.words(for: port)
    let other = try await store.reassignPort(of: workload)
    let done: String
    do {
      // What was made for the old port gives way.
      done = try await runtime.resume(workload, on: other) ?? "it runs"
    } catch {
      // It may be the app itself that has the port, where this command does not see it, as in another Docker engine.
      try? await uncancelled { try await store.givePort(port, to: workload) }
      throw error
    }
    return "its port \(port) is in use by \(owner), so it listens on \(other) now: \(done)"
  }

  /// Whether a program that is not ours has the port of a workload, which may be alive all the same and try in vain to listen there.
  func isTaken(_ port: TCPPort, from workload: WorkloadPlan) async throws -> Bool {
    // One that ends or starts between two looks would seem to have lost its port: only what is seen twice counts.
    for _ in 1...2 where try await !seemsTaken(port, from: workload) { return false }
    return true
  }

  private func seemsTaken(_ port: TCPPort, from workload: WorkloadPlan) async throws -> Bool {
    guard !PortProbe.isFree(port) else { return false }
    let state = try await runtimes[workload].state(of: workload)
    // Before a backup was restored it was moved to another.
    if let own = state?.port, own != port { return true }
    guard let found = await runtimes[workload].listeners(of: workload, on: port), !found.isNetworkIsolated else {
      return state?.phase != .running
    }
    return !found.listeners.contains { $0.port == port }
  }

  /// Enters the routes to the release that serves into the store, and tells whether those were others.
  func enterRoutes(of app: AppName) async throws -> Bool {
    guard let routes = try await unenteredRoutes(of: app) else { return false }
    try await store.setRoutes(routes, of: app)
    return true
  }

  /// The routes to the release that serves, when those of the store are others.
  private func unenteredRoutes(of app: AppName) async throws -> [Route]? {
    guard let live = try await store.liveRelease(of: app) else { return nil }
    return try await Set(store.routes(of: app)) == Set(live.routes) ? nil : live.routes
  }

  /// The workloads of the release that serves.
  private func serving(_ app: AppName) async throws -> [Placement] {
    try await store.liveRelease(of: app)?.servingWorkloads ?? []
  }
}

/// Saying what would be done.
extension DeploymentEngine {
  private func preview(_ app: AppName, into result: inout Reconciliation) async throws {
    if let lease = try await store.activeLeases()[app.description] {
      return result.busy.append(lease.leftAlone)
    }
    if try await isHalfDestroyed(app) {
      return result.done.append("\(app): would be destroyed to the end, as its destruction was interrupted")
    }
    for row in try await store.releases(of: app) {
      switch row.state {
      case .preparing:
        result.done.append("\(app) \(row.plan.release): would be undone, as its deployment was interrupted")
      case .retiring: result.done.append("\(app) \(row.plan.release): would be stopped, as another serves in its place")
      case .removing: result.done.append("\(app) \(row.plan.release): would be removed, as that was begun")
      default: break
      }
    }
    if try await unenteredRoutes(of: app) != nil {
      result.done.append("\(app): its clients would be sent to where it listens")
    }
    for placed in try await serving(app) {
      let (workload, port) = (placed.workload, placed.port)
      do {
        if try await isTaken(port, from: workload) {
          let owner = PortOwner.words(for: port)
          result.done.append(
            "\(workload.label): would be started on another port, as its port \(port) is in use by \(owner)")
          continue
        }
        if let own = try await runtimes[workload].state(of: workload)?.port, own != port {
          result.done.append("\(workload.label): would be started on its port \(port) in place of \(own)")
          continue
        }
        guard try await runtimes[workload].needsResuming(workload) else { continue }
        result.done.append("\(workload.label): would be started")
      } catch {
        result.problems.append("\(workload.label): \(OrchestratorError.wrapping(error).message)")
      }
    }
    guard let live = try await store.liveRelease(of: app) else { return }
    result.done += live.surplus.map { "\($0.workload.label): would be stopped, as no requests are sent there" }
    result.done += live.missing.map { "\($0.label): would be added, to reach \($0.instances) instances" }
  }

  private func previewProxy(into result: inout Reconciliation) async throws {
    guard let problem = try await proxy.status().problem else { return }
    result.done.append("nginx would be brought to the routes of the store: \(problem)")
  }
}

/// What came of reconciling.
public struct Reconciliation: Sendable, Equatable, Codable {
  /// What was changed, or would be, one sentence each.
  public var done: [String] = []
  /// What is not as it should be, one sentence each.
  public var problems: [String] = []
  /// The apps that were left to others who are at them, one sentence each.
  public var busy: [String] = []

  /// Makes one in which nothing was done.
  public init() {}
}
