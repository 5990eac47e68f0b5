import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore

/// Deploying.
extension DeploymentEngine {
  /// Deploys an app, and returns when the new release serves and the one before is retired.
  ///
  /// When a step fails, or the calling task is cancelled, everything that was made is undone first, and the release that served
  /// before has never stopped serving. Cancelled when the new release serves already, it leaves the one before to whoever comes next.
  ///
  /// - Parameters:
  ///   - app: what to deploy.
  ///   - patience: how long to wait for somebody else who is changing the app; without it that is an error at once.
  ///   - observe: is given the events as they happen; it ends when the sequence does.
  /// - Returns: the release that serves now.
  /// - Throws: ``OrchestratorError``; its `rollback` says what was undone, once something had been begun.
  @discardableResult
  public func deploy(
    _ app: AppSpec, waiting patience: Duration = .zero,
    observe: @escaping @Sendable (DeploymentEvents) async -> Void = { _ in }
  ) async throws -> Release {
    let plan = try await resolve(app)
    try await refuseIfLost()
    return try await reporting(to: observe) { report in
      do {
        return try await holdingLease(of: plan.app, for: .deploy, patience: patience, report: report) {
          let live = try await store.liveRelease(of: app.name)?.plan
          return try await deploy(plan.with(app.instances, else: live), report: report)
        }
      } catch {
        await Task { await stopProxyStartedInVain(report) }.value
        throw error
      }
    }
  }

  private func stopProxyStartedInVain(_ report: EventSink) async {
    do {
      try await proxy.stopIfStartedInVain()
    } catch {
      let reason = OrchestratorError.wrapping(error).message
      report(.note("nginx may still run, for nobody: \(reason); orchestrator proxy stop"))
    }
  }

  private func deploy(_ plan: DeploymentPlan, report: @escaping EventSink) async throws -> Release {
    for sentence in await tend() { report(.note(sentence)) }
    try await refuseOtherStack(plan)
    try await runtimes[plan.runtime].checkAvailable()
    for component in plan.components { try await runtimes[component].check(component) }
    try await proxy.checkPublicPort(of: plan)
    try await refuseIfDiskWouldFill(plan)
    // What nobody asks any more has ports that are needed.
    await retirement(report, isPatient: false).stopUnserving(plan.app)
    let result = await Result(catching: {
      try await makeRoom(for: plan, report: report)
      // Where an older state was put back, folders bear numbers that it does not know of.
      let given = folder.highestRelease(of: plan.app)
      let numbered = try await store.addRelease(plan, above: given) { [folder, first = configuration.firstUser] in
        let numbers = UserNumbers(of: folder)
        return { !numbers.have(AppUser.number(of: $0, first: first)) }
      }
      return try await bringLive(numbered, report: report)
    })
    await Task { try? await proxy.announce() }.value
    // What gave way to a release that did not come is brought back.
    if case .failure = result { await Task { await fillOrNote(plan.app, report: report) }.value }
    let release = try result.get()
    // The new release serves: whoever interrupts us from now on leaves the rest to whoever comes next. What is looked at meanwhile takes
    // no time of its own.
    async let isolation = runtimes[plan.runtime].isolation()
    await retirement(report).run(plan.app)
    if let fault = try? await isolation?.fault { report(.note("\(fault); \(Isolation.cure)")) }
    await fillOrNote(plan.app, report: report)
    return (try? await store.liveRelease(of: plan.app)?.release) ?? release
  }

  private func bringLive(_ plan: DeploymentPlan, report: @escaping EventSink) async throws -> Release {
    report(
      .started(
        app: plan.app, stack: plan.stack, release: plan.release, source: plan.sourceFolder, runtime: plan.runtime))
    for text in plan.advice { report(.note(text)) }
    try? await proxy.announce()
    return try await pipeline(report).deploy(plan)
  }

  private func refuseIfDiskWouldFill(_ plan: DeploymentPlan) async throws {
    do {
      try await diskPreflight.refuseIfFull(for: plan.components)
    } catch var error as OrchestratorError where error.code == .diskFull {
      let live = try await store.liveRelease(of: plan.app)?.plan.release
      error.hint = [error.hint, "nothing was begun" + (live.map { ", and \($0) still serves" } ?? "")]
        .compactMap(\.self).joined(separator: "; ")
      throw error
    }
  }

  /// Makes sure that the app stays what it is: of one stack, with all components that serve.
  func refuseOtherStack(_ plan: DeploymentPlan) async throws {
    guard let live = try await store.liveRelease(of: plan.app) else { return }
    guard live.plan.stack != plan.stack else { return try refuseLoss(of: live.plan, by: plan) }
    throw OrchestratorError(
      .conflict,
      "the subdomain \(plan.app.description.quoted) is in use by an app of the stack \(live.plan.stack.description.quoted), which still serves",
      hint: "choose another subdomain, or destroy that app first: orchestrator destroy \(plan.app)")
  }

  /// A component that serves does not go away because something else was found in the source.
  private func refuseLoss(of live: DeploymentPlan, by plan: DeploymentPlan) throws {
    let names = plan.components.map(\.component)
    guard let lost = live.components.first(where: { !names.contains($0.component) }), let name = lost.component else {
      return
    }
    throw OrchestratorError(
      .conflict,
      "this would take \(lost.title) away, which \(live.release) still serves: it was not found beside the others this time",
      hint:
        "say where it is with --set \(name)=FOLDER, or, if it is to go, destroy the app first: orchestrator destroy \(plan.app)"
    )
  }
}
