import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Undoes the steps of one deployment: when a later one fails, and when the process that deployed has died.
struct Undo: Sendable {
  let plan: DeploymentPlan
  let store: Store
  let runtimes: Runtimes
  let proxy: any ReverseProxy
  let folder: StateFolder

  /// Makes sure that nothing of a step is left, whether or not it was done, in part or at all; safe to do twice.
  func undo(_ step: DeploymentStep) async throws {
    switch step.name {
    case .reservePort: for workload in workloads(of: step) { try await store.freePort(of: workload) }
    case .buildImage: for component in components(of: step) { try await removeBuild(of: component) }
    case .startWorkload: for workload in workloads(of: step) { try await removeWorkload(workload) }
    // It only looked.
    case .awaitHealthy: break
    case .switchRoute: try await switchBack()
    }
  }

  /// Undoes `steps`, last first; a step that cannot be undone does not keep the others from it.
  func undo(
    all steps: [DeploymentStep], journal: any Journal, report: EventSink
  ) async -> OrchestratorError.Rollback {
    var rollback = OrchestratorError.Rollback(release: plan.release, undone: [], leftBehind: [])
    for step in steps.reversed() {
      do {
        try await FaultPoint.around("undo \(step)") { try await undo(step) }
      } catch {
        let failure = OrchestratorError.wrapping(error).message
        rollback.leftBehind.append("\(step): \(failure)")
        report(.stepUndone(step, failure: failure))
        // As long as requests may be sent to the release, it must go on answering them.
        if step.name == .switchRoute { break }
        continue
      }
      // That it is undone is a fact, whether or not it can be written down.
      try? await journal.note(.undone, step, of: plan.app, plan.release)
      rollback.undone.append(step.description)
      report(.stepUndone(step, failure: nil))
    }
    return rollback
  }

  private func components(of step: DeploymentStep) -> [ComponentPlan] {
    plan.components.filter { $0.component == step.component }
  }

  private func workloads(of step: DeploymentStep) -> [WorkloadPlan] {
    components(of: step).map { $0.workload(step.instance ?? 1) }
  }

  private func removeBuild(of component: ComponentPlan) async throws {
    try await store.leaveBuildQueue(component)
    try await runtimes[component].removeRelease(of: component)
    if component.hasOwnBuild { try await runtimes[component].removeBuild(of: component) }
    try BuildContext(of: component, in: folder).remove()
  }

  private func removeWorkload(_ workload: WorkloadPlan) async throws {
    await runtimes[workload].saveLogs(of: workload)
    try await runtimes[workload].undoStart(of: workload)
  }

  /// Sends requests to the release that is committed again, or nowhere when there is none.
  private func switchBack() async throws {
    try await store.setRoutes(store.liveRelease(of: plan.app)?.routes ?? [], of: plan.app)
    _ = try await proxy.apply(.restore)
    // Requests that were sent to the release may still be under way there.
    _ = try await proxy.drain(atMost: plan.drain)
  }
}

extension Undo {
  /// Undoes all that a deployment whose process died can have left behind, having noted `journal`.
  func undoInterrupted(_ row: StoredRelease, journal entries: [JournalEntry]) async -> OrchestratorError.Rollback {
    // Where it never came to a switch there is nothing to wait for.
    let hasSwitched = entries.isEmpty || entries.contains { $0.step == .switchRoute }
    let steps =
      row.workloads.map { $0.step(.reservePort) } + plan.components.map { $0.step(.buildImage) }
      + row.workloads.map { $0.step(.startWorkload) } + row.workloads.map { $0.step(.awaitHealthy) }
      + (hasSwitched ? [DeploymentStep(.switchRoute)] : [])
    let rollback = await undo(all: steps, journal: store, report: { _ in })
    if rollback.leftBehind.isEmpty { try? await store.mark(plan.release, of: plan.app, as: .failed) }
    return rollback
  }
}
