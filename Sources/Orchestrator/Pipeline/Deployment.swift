import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore

/// One deployment: from the lease of the app to the new release that serves, and the one before retired.
struct Deployment: InstallationWorker {
  let installation: Installation
  let origin: DeploymentOrigin
  /// How many instances a person asked for; nil leaves the app with as many as it has.
  let instances: Scale?
  let report: EventSink

  /// The story; what fails or is cancelled before the new release serves is undone, and the one before has never stopped serving.
  func run(waiting timeout: Duration) async throws -> Release {
    try await withLease(waiting: timeout) {
      let plan = try await checkedPlan()
      // What gets no requests any more has ports that are needed.
      await installation.retirement(report, awaitsRequests: false).stopUnserving(app)
      let release = try await asRelease(plan) { plan, saga in
        try await steps.openProxy(for: plan)
        let placed = try await steps.reservePorts(for: plan, saga)
        try await steps.build(plan.components, saga)
        try await steps.start(placed, saga)
        try await steps.switchRoutes(to: placed, of: plan, saga)
        return try await steps.commit(plan)
      }
      // The new release serves: an interrupt from now on leaves the rest to the next command.
      await retireEarlierReleases(on: plan.runtime)
      await scaling.addMissingInstancesOrNote(app)
      return (try? await store.liveRelease(of: app)?.release) ?? release
    }
  }

  private var app: AppName { origin.app }

  private var steps: DeploymentSteps { installation.steps(report) }

  private var scaling: Scaling { Scaling(installation: installation, report: report) }

  private func withLease(
    waiting timeout: Duration, _ work: () async throws -> Release
  ) async throws -> Release {
    do {
      return try await installation.withLease(of: app, for: .deploy, timeout: timeout, report: report, work)
    } catch {
      await uncancelled { await stopIdleProxy() }
      throw error
    }
  }

  private func stopIdleProxy() async {
    do {
      try await proxy.stopIfIdleStart()
    } catch {
      let reason = OrchestratorError.wrapping(error).message
      report(
        .note(
          .proxyIdle, .warning, about: .installation,
          "nginx may still run although no app needs it: \(reason); orchestrator proxy stop"))
    }
  }

  /// The plan with as many instances as the app is to have, when nothing is in the way of it; what others left is put in order first.
  private func checkedPlan() async throws -> DeploymentPlan {
    let plan = try await origin.plan(from: store).with(instances, else: store.liveRelease(of: app)?.plan)
    for notice in await Caretaker(installation: installation).recoverPending() { report(.note(notice)) }
    try await ensureSameStack(as: plan)
    try await runtimes[plan.runtime].checkAvailable()
    for component in plan.components { try await ensureBuildable(component) }
    try await proxy.checkPublicPort(of: plan)
    try await ensureDiskHasRoom(plan)
    return plan
  }

  /// Enters the plan as the app's next release, and brings that live by `work`.
  private func asRelease(
    _ plan: DeploymentPlan, _ work: @escaping @Sendable (DeploymentPlan, Saga) async throws -> Release
  ) async throws -> Release {
    do {
      try await scaling.freePorts(for: plan)
      let plan = try await numbered(plan)
      report(
        .started(
          app: plan.app, stack: plan.stack, release: plan.release, source: plan.sourceFolder, runtime: plan.runtime))
      if case .source = origin {
        for text in plan.advice { report(.note(.advice, .warning, about: Notice.Subject(plan), text)) }
      }
      try? await proxy.publishPendingHosts()
      let release = try await steps.undoingFailure(of: plan) { try await work(plan, $0) }
      await uncancelled { try? await proxy.publishPendingHosts() }
      return release
    } catch {
      await uncancelled {
        try? await proxy.publishPendingHosts()
        // What gave way to a release that did not come is brought back.
        await scaling.addMissingInstancesOrNote(plan.app)
      }
      throw error
    }
  }

  private func numbered(_ plan: DeploymentPlan) async throws -> DeploymentPlan {
    // Where an older state was put back, folders bear numbers that it does not know of.
    let given = folder.highestRelease(of: plan.app)
    return try await store.addRelease(plan, above: given) {
      [folder, first = installation.configuration.firstUser] in
      let numbers = UserNumbers(of: folder)
      return { !numbers.have(AppUser.number(of: $0, first: first)) }
    }
  }

  private func retireEarlierReleases(on runtime: RuntimeName) async {
    // What is looked at meanwhile takes no time of its own.
    async let isolation = runtimes[runtime].isolation()
    await installation.retirement(report).run(app)
    if let fault = try? await isolation?.fault {
      report(.note(.reachableAroundProxy, .warning, about: .app(app), "\(fault); \(Isolation.cure)"))
    }
  }
}

/// What is in the way of a deployment.
extension Deployment {
  /// Makes sure that the machine has what building takes, or the build that is to be used again.
  private func ensureBuildable(_ component: ComponentPlan) async throws {
    if component.hasOwnBuild { return try await runtimes[component].check(component) }
    guard try await !runtimes[component].hasBuild(of: component) else { return }
    throw OrchestratorError(
      .conflict, "what was built of \(component.title) for \(component.build.number) is not there any more",
      hint: "deploy the app's source again: orchestrator deploy \(component.stack.name) FOLDER --subdomain \(app)")
  }

  private func ensureDiskHasRoom(_ plan: DeploymentPlan) async throws {
    do {
      try await installation.diskPreflight.ensureRoom(for: plan.components)
    } catch var error as OrchestratorError where error.code == .diskFull {
      let live = try await store.liveRelease(of: plan.app)?.plan.release
      error.hint = [error.hint, "nothing was begun" + (live.map { ", and \($0) still serves" } ?? "")]
        .compactMap(\.self).joined(separator: "; ")
      throw error
    }
  }

  /// Makes sure that the app stays what it is: of one stack, with all components that serve.
  private func ensureSameStack(as plan: DeploymentPlan) async throws {
    guard let live = try await store.liveRelease(of: app) else { return }
    guard live.plan.stack != plan.stack else { return try ensureNoLoss(of: live.plan, by: plan) }
    throw OrchestratorError(
      .conflict,
      "the subdomain \(app.description.quoted) is in use by an app of the stack \(live.plan.stack.description.quoted), which still serves",
      hint: "choose another subdomain, or destroy that app first: orchestrator destroy \(plan.app)")
  }

  /// A component that serves does not go away because something else was found in the source.
  private func ensureNoLoss(of live: DeploymentPlan, by plan: DeploymentPlan) throws {
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
