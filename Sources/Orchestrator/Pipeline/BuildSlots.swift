import OrchestratorModel
import OrchestratorStore

/// The right to build: only so many builds go on at the same time in one installation, in the order in which they came.
struct BuildSlots: Sendable {
  let store: Store
  /// How many builds may go on at the same time.
  let limit: Int
  var clock: any Clock<Duration> = .continuous

  /// Runs `work` when it is the component's turn to build, or at once where nothing is to be built.
  ///
  /// - Parameters:
  ///   - isNeeded: is asked, once all slots are taken, whether anything is to be built.
  ///   - report: is told, once, that another build must finish first.
  ///   - work: is told whether that was so.
  func holding<Value: Sendable>(
    _ plan: ComponentPlan, isNeeded: () async -> Bool = { true }, report: EventSink,
    _ work: (_ hasWaited: Bool) async throws -> Value
  ) async throws -> Value {
    try await store.enterBuildQueue(plan)
    let result = await Result(catching: {
      try await work(try await untilTurn(of: plan, isNeeded: isNeeded, report: report))
    })
    // A place must not outlive a cancelled task.
    let left = await uncancelled { await Result(catching: { try await store.leaveBuildQueue(plan) }) }
    let value = try result.get()
    try left.get()
    return value
  }

  /// - Returns: whether others had to finish first.
  private func untilTurn(of plan: ComponentPlan, isNeeded: () async -> Bool, report: EventSink) async throws -> Bool {
    let ahead = try await store.buildersAhead(of: plan)
    guard ahead >= limit else { return false }
    guard await isNeeded() else {
      // No build waits for the slot of a component that builds nothing.
      try await store.leaveBuildQueue(plan)
      return false
    }
    let step = DeploymentStep(.buildImage, of: plan.component)
    try await store.noteStep("\(step), waiting for a build slot", of: plan.app)
    report(
      .note(
        .waitingForBuild, about: Notice.Subject(plan),
        "waiting for a build slot: \(ahead) came before, and \(limit) may build at the same time"))
    while try await store.buildersAhead(of: plan) >= limit { try await clock.sleep(for: .milliseconds(200)) }
    try await store.noteStep("\(step)", of: plan.app)
    return true
  }
}
