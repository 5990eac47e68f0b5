/// The right to change an app, and what comes with it: the duty to undo what an earlier holder could not.
extension DeploymentEngine {
  /// Runs `work` while nobody else can change the app; what was begun before and never ended is undone first.
  func holdingLease<Value: Sendable>(
    of app: AppName, for operation: Lease.Operation, report: @escaping EventSink, _ work: () async throws -> Value
  ) async throws -> Value {
    try await store.takeLease(of: app, for: operation)
    let result = await Result(catching: {
      try await recover(app, report: report)
      return try await work()
    })
    // A lease must not outlive a cancelled task.
    await Task { try? await store.giveBackLease(of: app) }.value
    return try result.get()
  }

  /// Undoes what a process left that died, or that could not undo everything: with the lease ours, nobody else is at it.
  private func recover(_ app: AppName, report: @escaping EventSink) async throws {
    if try await isHalfDestroyed(app) {
      let left = try await Task { try await removeEverything(of: app) }.value
      let outcome = (["done"] + left).joined(separator: "; ")
      return report(.note("recovered: the destruction of \(app) was interrupted; \(outcome)"))
    }
    for row in try await store.releases(of: app) where row.state == .preparing {
      let rollback = await pipeline(report).undoInterrupted(row)
      let outcome = rollback.leftBehind.isEmpty ? "undone" : rollback.leftBehind.joined(separator: "; ")
      report(.note("recovered: \(app) \(row.plan.release) was interrupted; \(outcome)"))
    }
  }

  /// Whether somebody began to destroy the app and could not go on: its route goes first.
  private func isHalfDestroyed(_ app: AppName) async throws -> Bool {
    guard let live = try await store.liveRelease(of: app), !live.routes.isEmpty else { return false }
    return try await !store.routes().contains { $0.app == app }
  }

  func pipeline(_ report: @escaping EventSink) -> DeployPipeline {
    DeployPipeline(store: store, runtimes: runtimes, proxy: proxy, probe: probe, folder: folder, report: report)
  }
}
