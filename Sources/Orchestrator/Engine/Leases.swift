/// The right to change an app, and what comes with it: the duty to undo what an earlier holder could not.
extension DeploymentEngine {
  /// Runs `work` while nobody else can change the app; what was begun before and never ended is undone first.
  ///
  /// - Parameter patience: how long to wait for somebody else who is at the app.
  func holdingLease<Value: Sendable>(
    of app: AppName, for operation: Lease.Operation, patience: Duration = .zero, report: @escaping EventSink,
    _ work: () async throws -> Value
  ) async throws -> Value {
    try await takeLease(of: app, for: operation, patience: patience, report: report)
    let result = await Result(catching: {
      try await recover(app, report: report)
      return try await work()
    })
    // A lease must not outlive a cancelled task, nor a moment in which nothing could be written.
    await Task { await giveBackLease(of: app) }.value
    return try result.get()
  }

  private func giveBackLease(of app: AppName) async {
    guard (try? await store.giveBackLease(of: app)) == nil else { return }
    Task.detached { [store] in
      while (try? await store.giveBackLease(of: app)) == nil { try? await Task.sleep(for: .seconds(1)) }
    }
  }

  /// How long somebody is waited for, without being asked to, who only puts in order what a third one left.
  private static let patienceWithRecovery: Duration = .seconds(60)

  /// - Throws: ``OrchestratorError`` with the code `busy`, which says who holds the lease, since when, and at which step.
  private func takeLease(
    of app: AppName, for operation: Lease.Operation, patience: Duration, report: EventSink
  ) async throws {
    let start = ContinuousClock.now
    var isAnnounced = false
    while let held = try await store.takeLease(of: app, for: operation) {
      let recovers = held.operation == .recover && operation != .recover
      let limit = recovers ? max(patience, Self.patienceWithRecovery) : patience
      guard ContinuousClock.now - start < limit else {
        throw OrchestratorError(
          .busy, held.description, hint: "wait until it is done, then try again, or say --wait to wait for it")
      }
      if !isAnnounced { report(.note("waiting: \(held.description)")) }
      isAnnounced = true
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
