import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore

/// Bringing the machine to what the state says.
extension Caretaker {
  /// Everything that there is to repair, and the apps that are left to others who are at them.
  func preview() async throws -> Reconciliation {
    var result = Reconciliation()
    result.note(await orphans(sparing: true))
    for app in try await apps() {
      var lease = try await store.activeLeases()[app.description]
      let repairs = lease == nil ? try await repairs(of: app) : Repairs()
      // A command that came meanwhile is in the middle of what was looked at.
      if lease == nil { lease = try await store.activeLeases()[app.description] }
      if let lease { result.busy.append(lease.leftAlone) } else { result.note(repairs) }
    }
    var repairs = Repairs()
    await repairs.add("the proxy", .installation) { try await proxy.pendingChange().map(Repair.restoreProxy) }
    result.note(repairs)
    return result
  }

  /// Repairs everything.
  func reconcile() async throws -> Reconciliation {
    var result = Reconciliation()
    // What belongs to no release may sit on the port of one that is to be started.
    let orphans = await orphans(sparing: true)
    result.problems += orphans.problems
    for repair in orphans.all { await attempt(repair, into: &result) }
    for app in try await apps() { await reconcile(app, into: &result) }
    // Also where nothing is to be changed: which ports others have is said each time.
    await attempt(.restoreProxy(nil), into: &result)
    return result
  }

  private func apps() async throws -> [AppName] { try await store.appNames().compactMap { try? AppName($0) } }

  private func reconcile(_ app: AppName, into result: inout Reconciliation) async {
    let recovered = NoteCollector(of: app)
    var own = Reconciliation()
    do {
      let outcome = try await installation.withLeaseIfAvailable(of: app, for: .reconcile, report: recovered.sink) {
        let repairs = try await repairs(of: app)
        own.problems += repairs.problems
        var hasStopped = false
        // What is to be stopped of an app is stopped in one go.
        for repair in repairs.all where !(repair.stopsWhatServed && hasStopped) {
          hasStopped = hasStopped || repair.stopsWhatServed
          await attempt(repair, into: &own)
        }
      }
      if case .heldByOther(let lease) = outcome { own.busy.append(lease.leftAlone) }
    } catch {
      own.problems.append(Notice(.notRepaired, about: .app(app), after: "\(app): ", error))
    }
    result.done += recovered.all
    result.add(own)
  }

  /// Carries out a repair; that it cannot be done keeps no other from it.
  func attempt(_ repair: Repair, into result: inout Reconciliation) async {
    do { try await carryOut(repair, into: &result) } catch { result.problems.append(repair.failure(error)) }
  }

  /// Does what a repair is for; the lease of its app, where it has one, is ours.
  private func carryOut(_ repair: Repair, into result: inout Reconciliation) async throws {
    switch repair {
    case .removeOrphan(let orphan):
      if try await remove(orphan) { result.done.append(repair.done("removed \(orphan), \(orphan.reason)")) }
    // A command that is given a lease has recovered the app before.
    case .finishDestruction, .undoDeployment: break
    case .startWorkload(let placed), .restartWorkload(let placed, _):
      if let done = try await runtimes[placed.workload].resume(placed.workload, on: placed.port) {
        result.done.append(done)
      }
    case .moveWorkload(let placed, let owner): result.done.append(try await move(placed, owner: owner))
    case .enterRoutes(let app): try await sendClients(of: app)
    case .stopRelease(let row), .stopSurplus(let row):
      let notes = NoteCollector(of: row.plan.app)
      await installation.retirement(notes.sink).stopUnserving(row.plan.app)
      result.done += notes.all
    case .removeRelease(let row, let kept):
      do {
        try await installation.retirement({ _ in }).forget(row)
        result.done.append(repair.done("\(row.title): removed, \(row.reasonToRemove(keeping: kept))"))
      } catch {
        // Its image may be in use by another's container.
        result.done.append(.notRemoved(row, error))
      }
    case .addMissing(let row):
      let notes = NoteCollector(of: row.plan.app)
      let outcome = await Result(catching: {
        try await Scaling(installation: installation, report: notes.sink).addMissingInstances(row.plan.app)
      })
      result.done += notes.all
      try outcome.get()
    case .restoreProxy: try await restoreProxy(into: &result)
    }
  }

  private func restoreProxy(into result: inout Reconciliation) async throws {
    if let done = try await proxy.repair() { result.done.append(done) }
    let before = try await proxy.status()
    let change = try await proxy.apply(.restore)
    if before.serving != change.generation, change.generation != 0 {
      result.done.append(
        Notice(
          .proxyRestored, about: .installation, "nginx serves generation \(change.generation)",
          context: ["generation": "\(change.generation)"]))
    }
    result.problems += change.problems
  }
}

extension Repair {
  fileprivate var stopsWhatServed: Bool {
    switch self {
    case .stopRelease, .stopSurplus: true
    default: false
    }
  }

  /// That it was done.
  fileprivate func done(_ text: String) -> Notice { Notice(code, about: subject, text) }

  /// That it could not be done, and why.
  fileprivate func failure(_ error: any Error) -> Notice {
    if case .addMissing(let row) = self { return Scaling.shortage(of: row.plan.app, error) }
    return Notice(.notRepaired, about: subject, after: "\(name): ", error)
  }

  /// What it is for.
  private var name: String {
    switch self {
    case .startWorkload(let placed), .restartWorkload(let placed, _), .moveWorkload(let placed, _):
      placed.workload.label
    case .finishDestruction(let app), .enterRoutes(let app): app.description
    case .undoDeployment(let row), .stopRelease(let row), .removeRelease(let row, _), .stopSurplus(let row),
      .addMissing(let row):
      row.title
    case .removeOrphan(let orphan): orphan.name
    case .restoreProxy: "the proxy"
    }
  }
}

extension Reconciliation {
  fileprivate mutating func add(_ other: Reconciliation) {
    done += other.done
    problems += other.problems
    busy += other.busy
  }

  fileprivate mutating func note(_ repairs: Repairs) {
    done += repairs.all.map(\.notice)
    problems += repairs.problems
  }
}
