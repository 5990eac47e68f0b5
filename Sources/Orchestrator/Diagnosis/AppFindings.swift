import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Each app from end to end: what runs, whether it answers, and whether clients get that answer.
extension Doctor {
  func appFindings() async -> [Finding] {
    do {
      var findings: [Finding] = []
      for live in try await store.liveReleases() {
        let found = await self.findings(of: live)
        // A release that another command retired in the middle of the look is no trouble.
        let isRetired =
          if found.allSatisfy({ $0.level == .good }) { false } else {
            try await store.liveRelease(of: live.plan.app)?.plan.release != live.plan.release
          }
        if !isRetired { findings += found }
      }
      return findings
    } catch {
      return [.problem("apps", error)]
    }
  }

  private func findings(of live: StoredRelease) async -> [Finding] {
    let name = live.plan.app.description
    var findings: [Finding] = []
    for placed in live.servingWorkloads {
      if let finding = await fault(of: placed.workload, on: placed.port) { findings.append(finding) }
    }
    findings += live.missing.map { workload in
      .problem(
        name, "\(workload.label) is not there: when it was to be added there was no port for it, or it failed",
        remedy: "orchestrator reconcile tries again", isFixable: true)
    }
    guard findings.isEmpty else { return findings }
    if let mode = try? await store.maintenance(of: live.plan.app), mode != .off {
      return [
        .notice(
          name, "it runs, and its clients are told to come back later, as it is in maintenance",
          remedy: "orchestrator maintenance off \(name)")
      ]
    }
    // What stands at the app's first page.
    guard let first = live.plan.components.first(where: { $0.stack.role == .frontend }) ?? live.plan.components.first
    else { return [] }
    do {
      let outcome = try await probe.ask(first, at: .loopback(first.stack.publicPort))
      guard outcome.isHealthy(first.stack.health) else {
        return [
          .problem(
            name,
            "it answers, but clients do not get its answer: \(live.plan.url)\(first.healthPath) \(outcome.summary)",
            remedy: "orchestrator reconcile", isFixable: true)
        ]
      }
      return [.good(name, "\(live.plan.url)\(first.healthPath) \(outcome.summary)")]
    } catch {
      return [.problem(name, error)]
    }
  }

  /// What is wrong with a workload, if something is.
  private func fault(of workload: WorkloadPlan, on port: TCPPort) async -> Finding? {
    let name = workload.app.description
    do {
      let state = try await runtimes[workload].state(of: workload)
      if try await installation.isTaken(port, from: workload) {
        let owner = PortOwner.words(for: port)
        return .problem(
          name, "\(workload.label) cannot run, as its port \(port) is in use by \(owner)",
          remedy: "orchestrator reconcile starts it on another port, in a new container if it runs in one",
          isFixable: true)
      }
      if state?.phase == .restarting {
        let ending = state?.exitCode.map { ", the last time with status \($0)" } ?? ""
        return .problem(
          name, "\(workload.label) ends again and again\(ending)",
          remedy: "orchestrator logs \(name) says why")
      }
      guard let state, state.phase == .running else {
        let thing = workload.runtime == .docker ? "container" : "process"
        let phase = state.map { "is \($0.phase.rawValue)" } ?? "is gone"
        let ending = state?.exitCode.map { ", its last exit status was \($0)" } ?? ""
        return .problem(
          name, "\(workload.label) is not running: its \(thing) \(phase)\(ending)",
          remedy: "orchestrator logs \(name) says why; orchestrator reconcile starts it again", isFixable: true)
      }
      let address = runtimes[workload].address(on: port)
      let outcome = try await probe.ask(workload.plan, at: address)
      if outcome.isHealthy(workload.stack.health) { return nil }
      return .problem(
        name, "\(workload.label) runs, but GET http://\(address)\(workload.healthPath) \(outcome.summary)",
        remedy: "orchestrator logs \(name) may say why")
    } catch {
      return .problem(name, error)
    }
  }
}
