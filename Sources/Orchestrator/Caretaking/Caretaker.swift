import Logging
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore

/// Puts in order what others left who died, and looks after what is to run.
struct Caretaker: InstallationWorker {
  let installation: Installation

  /// Undoes or finishes what was interrupted, and sees to it that all processes that should run are looked after.
  ///
  /// - Returns: what was done and what could not be; none when everything was as it should be.
  func recoverPending() async -> [Notice] {
    await recoverAll() + superviseAll()
  }

  /// Finishes what is left of each app that no living process is at.
  private func recoverAll() async -> [Notice] {
    var found: [Notice] = []
    for app in (try? await store.unfinishedApps()) ?? [] {
      let notes = NoteCollector(of: app)
      do {
        // Where another command was quicker there is nothing to do.
        _ = try await installation.withLeaseIfAvailable(of: app, for: .recover, report: notes.sink) {
          // What still has requests is left to a later command: one that came for something else does not wait for it.
          await installation.retirement(notes.sink, awaitsRequests: false).run(app)
          // A command that put the app in or out of maintenance may not have got so far.
          _ = try await proxy.apply(.restore)
          // A command that came for something else does not wait for instances to start.
          guard let live = try await store.liveRelease(of: app), !live.missing.isEmpty, live.surplus.isEmpty else {
            return
          }
          notes.sink(
            .note(
              .instancesMissing, .problem, about: .app(app),
              "\(app) runs fewer instances than it should; orchestrator reconcile adds them"))
        }
      } catch {
        notes.sink(.note(.recoveryFailed, about: .app(app), after: "\(app): ", error))
      }
      found += notes.all
    }
    // It may have been started for one of them only, or for one that had failed already when its deployer was killed.
    do {
      try await proxy.stopIfIdleStart()
    } catch {
      found.append(Notice(.recoveryFailed, about: .installation, error))
    }
    return found
  }

  /// Undoes what a process left that died, or that could not undo everything: with the lease ours, no other is at it.
  func recover(_ app: AppName, report: @escaping EventSink) async throws {
    if try await isHalfDestroyed(app) {
      let left = try await uncancelled {
        try await Destruction(installation: installation, app: app).removeEverything()
      }
      let outcome = (["done"] + left.map(\.text)).joined(separator: "; ")
      return report(
        .note(
          left.isEmpty ? .recovered : .recoveryFailed, left.isEmpty ? .information : .problem, about: .app(app),
          "recovered: the destruction of \(app) was interrupted; \(outcome)"))
    }
    for row in try await store.releases(of: app) where row.state == .preparing {
      let journal = try await store.journal(of: app, row.plan.release)
      let place = journal.last { $0.phase == .begun }.map { " at '\($0.deploymentStep)'" } ?? ""
      let rollback = await installation.steps(report).undo(of: row.plan).undoInterrupted(row, journal: journal)
      let isUndone = rollback.leftBehind.isEmpty
      let outcome = isUndone ? "undone" : rollback.leftBehind.joined(separator: "; ")
      report(
        .note(
          isUndone ? .recovered : .recoveryFailed, isUndone ? .information : .problem,
          about: Notice.Subject(row.plan),
          "recovered: \(app) \(row.plan.release) was interrupted\(place); \(outcome)"))
      try? await proxy.publishPendingHosts()
    }
    // A command that was scaling the app, or moving it to another port, may have got no further than the routes, or not so far.
    guard try await enterRoutes(of: app) else { return }
    _ = try await proxy.apply(.restore)
  }

  /// Whether a command began to destroy the app and could not go on: its route goes first.
  func isHalfDestroyed(_ app: AppName) async throws -> Bool {
    guard let live = try await store.liveRelease(of: app), !live.routes.isEmpty else { return false }
    return try await !store.routes().contains { $0.app == app }
  }

  /// Sees to it that all processes that should run have a supervisor.
  private func superviseAll() async -> [Notice] {
    // Each may have to wait for a supervisor to start.
    let workloads = await withTaskGroup(of: Notice?.self) { group in
      for workload in (try? await store.liveReleases().flatMap(\.workloads)) ?? [] {
        group.addTask {
          do { return try await runtimes[workload].repair(workload) } catch {
            return Notice(.notRepaired, about: Notice.Subject(workload), after: "\(workload.label): ", error)
          }
        }
      }
      return await group.reduce(into: [Notice]()) { $0 += $1.map { [$0] } ?? [] }
    }
    return await workloads.sorted { $0.text < $1.text } + repairProxy()
  }

  private func repairProxy() async -> [Notice] {
    do { return try await proxy.repair().map { [$0] } ?? [] } catch {
      return [Notice(.notRepaired, about: .installation, error)]
    }
  }
}
