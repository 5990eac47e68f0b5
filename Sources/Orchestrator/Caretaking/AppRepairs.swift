import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// What is not as it should be with one app.
extension Caretaker {
  /// What is to be done for an app that no command is at, in the order in which it is done.
  func repairs(of app: AppName) async throws -> Repairs {
    if try await isHalfDestroyed(app) { return Repairs(all: [.finishDestruction(app)]) }
    let rows = try await store.releases(of: app)
    var repairs = Repairs(all: rows.filter { $0.state == .preparing }.map(Repair.undoDeployment))
    for placed in rows.first(where: { $0.state == .live })?.servingWorkloads ?? [] {
      await repairs.add(placed.workload.label, Notice.Subject(placed.workload)) { try await repair(of: placed) }
    }
    if try await unenteredRoutes(of: app) != nil { repairs.all.append(.enterRoutes(app)) }
    repairs.all += rows.filter { $0.state == .retiring }.reversed().map(Repair.stopRelease)
    let live = rows.filter { $0.state == .live }
    repairs.all += live.filter { !$0.surplus.isEmpty }.map(Repair.stopSurplus)
    let kept = installation.configuration.keepReleases
    repairs.all += try await installation.retirement({ _ in }).tooOld(app).map { .removeRelease($0, kept: kept) }
    repairs.all += live.filter { !$0.missing.isEmpty }.map(Repair.addMissing)
    return repairs
  }

  /// What a workload that should run needs; nil when it runs where it should.
  private func repair(of placed: Placement) async throws -> Repair? {
    let (workload, port) = (placed.workload, placed.port)
    if try await installation.isTaken(port, from: workload) {
      return .moveWorkload(placed, owner: PortOwner.words(for: port))
    }
    if let own = try await runtimes[workload].state(of: workload)?.port, own != port {
      return .restartWorkload(placed, instead: own)
    }
    return try await runtimes[workload].needsResuming(workload) ? .startWorkload(placed) : nil
  }

  /// Has a workload listen on another port, and its clients sent there.
  func move(_ placed: Placement, owner: String) async throws -> Notice {
    let (workload, port) = (placed.workload, placed.port)
    // It may have been another of the app's own instances, which is where it should be by now.
    guard try await installation.isTaken(port, from: workload) else {
      return try await runtimes[workload].resume(workload, on: port) ?? workload.restarted("it runs")
    }
    let other = try await store.reassignPort(of: workload)
    let done: Notice
    do {
      // What was made for the old port gives way.
      done = try await runtimes[workload].resume(workload, on: other) ?? workload.restarted("it runs")
    } catch {
      // It may be the app itself that has the port, where this command does not see it, as in another Docker engine.
      try? await uncancelled { try await store.givePort(port, to: workload) }
      throw error
    }
    try await sendClients(of: workload.app)
    let how = done.text.replacing("\(workload.label): ", with: "")
    return Notice(
      .workloadMoved, about: Notice.Subject(workload),
      "\(workload.label): its port \(port) is in use by \(owner), so it listens on \(other) now: \(how)",
      context: ["port": other.description, "owner": owner])
  }

  /// Sends clients where the app listens, at once if they are sent anywhere: where they were sent to may be a stranger by now. That it
  /// cannot be done is said when all apps are there.
  func sendClients(of app: AppName) async throws {
    guard try await enterRoutes(of: app), (try? await proxy.status().running) == true else { return }
    _ = try? await proxy.apply(.restore)
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
}
