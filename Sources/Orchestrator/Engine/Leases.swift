import OrchestratorModel
import OrchestratorStore

/// The right to change an app, and what comes with it: the duty to undo what an earlier holder could not.
extension Installation {
  /// Runs `work` while no other command can change the app; what was begun before and never ended is undone first.
  ///
  /// - Parameter timeout: how long to wait for another command that is at the app.
  /// - Throws: ``OrchestratorError`` with the code `busy`, which says who holds the lease, since when, and at which step; what `work` throws.
  func withLease<Value: Sendable>(
    of app: AppName, for operation: Lease.Operation, timeout: Duration = .zero, report: @escaping EventSink,
    _ work: () async throws -> Value
  ) async throws -> Value {
    switch try await withLeaseIfAvailable(of: app, for: operation, timeout: timeout, report: report, work) {
    case .held(let value): return value
    case .heldByOther(let lease):
      throw OrchestratorError(
        .busy, lease.description, hint: "wait until it is done, then try again, or say --wait to wait for it")
    }
  }

  /// What came of asking for a lease.
  enum LeaseOutcome<Value: Sendable>: Sendable {
    /// It was ours, and this is what the work came to.
    case held(Value)
    /// Another command has it, and nothing was done.
    case heldByOther(Lease)
  }

  /// The same for work that leaves an app to the command that is at it.
  func withLeaseIfAvailable<Value: Sendable>(
    of app: AppName, for operation: Lease.Operation, timeout: Duration = .zero, report: @escaping EventSink,
    _ work: () async throws -> Value
  ) async throws -> LeaseOutcome<Value> {
    let other: Lease?
    do {
      other = try await acquireLease(of: app, for: operation, timeout: timeout, report: report)
    } catch {
      // It may have been written all the same.
      removeLeaseLater(of: app)
      throw error
    }
    if let other { return .heldByOther(other) }
    let result = await Result(catching: {
      try await Caretaker(installation: self).recover(app, report: report)
      return try await work()
    })
    // A lease must not outlive a cancelled task, nor a moment in which nothing could be written.
    await uncancelled { await releaseLease(of: app) }
    return .held(try result.get())
  }

  private func releaseLease(of app: AppName) async {
    if (try? await store.releaseLease(of: app)) == nil { removeLeaseLater(of: app) }
  }

  /// Has a lease that no command holds, and that stands in the store, removed when something can be written again.
  private func removeLeaseLater(of app: AppName) {
    Task.detached { [store] in
      while (try? await store.removeLease(of: app)) == nil { try? await Task.sleep(for: .seconds(1)) }
    }
  }

  /// How long to wait, without being asked to, for a command that only puts in order what a third one left.
  private static let recoveryTimeout: Duration = .seconds(60)

  /// - Returns: the lease of another command, which was waited for long enough; nil when it is ours.
  private func acquireLease(
    of app: AppName, for operation: Lease.Operation, timeout: Duration, report: EventSink
  ) async throws -> Lease? {
    let watch = Stopwatch()
    var isAnnounced = false
    while let held = try await store.acquireLease(of: app, for: operation) {
      let recovers = held.operation == .recover && operation != .recover
      let limit = recovers ? max(timeout, Self.recoveryTimeout) : timeout
      guard watch.elapsed < limit else { return held }
      if !isAnnounced { report(.note(.waitingForCommand, about: held.subject, "waiting: \(held.description)")) }
      isAnnounced = true
      try await Task.sleep(for: .milliseconds(100))
    }
    return nil
  }
}
