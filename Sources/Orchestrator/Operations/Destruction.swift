import Foundation
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Destroying an app, and finishing that for a command that was killed.
extension DeploymentEngine {
  /// Removes an app with all its releases: its route first, then what runs, its images and its logs.
  ///
  /// - Parameter timeout: how long to wait for another command that is changing the app.
  /// - Returns: what could not be removed; the app is gone all the same.
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `busy` or `state_lost`, or what the runtime or the proxy says.
  @discardableResult
  public func destroy(_ app: AppName, waiting timeout: Duration = .zero) async throws -> [Notice] {
    _ = try await installation.releases(ofKnown: app)
    folder.reserve.giveUpIfFull()
    defer { folder.reserve.keep() }
    await recoverAndNotify()
    return try await installation.withLease(of: app, for: .destroy, timeout: timeout, report: installation.noticing) {
      try await Destruction(installation: installation, app: app).run()
    }
  }
}

/// Removes one app, while its lease is ours.
struct Destruction: InstallationWorker {
  let installation: Installation
  let app: AppName

  /// Removes all that the app has, unless what runs of it cannot be reached; gives back what could not be removed.
  func run() async throws -> [Notice] {
    // What only keeps an image must not keep an app from being destroyed: it is said to be left.
    let running = try await store.releases(of: app).filter { !hasEnded($0) }
    for runtime in Set(running.map(\.plan.runtime)) { try await runtimes[runtime].checkAvailable() }
    // An app that is half destroyed is of no use: once begun, it is done to the end.
    return try await uncancelled { try await removeEverything() }
  }

  /// Removes all that an app has; gives back what could not be removed.
  func removeEverything() async throws -> [Notice] {
    var left = try await takeOffline()
    let rows = try await store.releases(of: app)
    // A build goes when nothing runs from it.
    for row in rows { left += try await removeWorkloads(of: row) }
    for row in rows { left += try await removeBuilds(of: row) }
    left += await endProcesses()
    for path in [folder.releases(of: app), folder.builds(of: app)] { try? FileManager.default.removeItem(atPath: path) }
    FaultPoint.pass("release folders removed")
    try await store.forget(app)
    try? await proxy.publishPendingHosts()
    return left
  }

  private func removeWorkloads(of row: StoredRelease) async throws -> [Notice] {
    try await noting(row) { component in
      for workload in row.workloads where workload.component == component.component {
        try await runtimes[workload].remove(workload)
      }
      try await runtimes[component].removeRelease(of: component)
    }
  }

  private func removeBuilds(of row: StoredRelease) async throws -> [Notice] {
    try await noting(row) { component in try await runtimes[component].removeBuild(of: component) }
  }

  /// Does `work` for each component; what keeps what does not run any more from being removed is given back.
  private func noting(
    _ row: StoredRelease, _ work: (ComponentPlan) async throws -> Void
  ) async throws -> [Notice] {
    var left: [Notice] = []
    for component in row.plan.components {
      do { try await work(component) } catch let error as OrchestratorError
        where error.code == .conflict || hasEnded(row)
      {
        left.append(Notice(.notAllDestroyed, about: Notice.Subject(row.plan), after: "\(row.plan.release): ", error))
      }
    }
    return left
  }

  /// Ends what a workload has left that got out of reach, as a daemon of an earlier version; gives back what could not be ended.
  private func endProcesses() async -> [Notice] {
    guard let number = (try? await store.releases(of: app))?.first?.plan.appNumber else { return [] }
    do {
      try await runtimes[.process].endProcesses(ofApp: number)
      return []
    } catch {
      return [Notice(.notAllDestroyed, about: .app(app), error)]
    }
  }

  private func hasEnded(_ row: StoredRelease) -> Bool {
    [.retired, .failed, .removing].contains(row.state)
  }

  /// Takes the app's route out of force; if that fails it stays, so that what is shown of the app and what it does agree.
  private func takeOffline() async throws -> [Notice] {
    let routes = try await store.liveRelease(of: app)?.routes ?? []
    try await store.setRoutes([], of: app)
    do {
      return try await proxy.apply(.restore).problems
    } catch {
      try await store.setRoutes(routes, of: app)
      throw error
    }
  }
}
