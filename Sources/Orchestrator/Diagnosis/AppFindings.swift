/// Each app from end to end: what runs, whether it answers, and whether clients get that answer.
extension DeploymentEngine {
  func appFindings() async -> [Finding] {
    do {
      var findings: [Finding] = []
      for live in try await store.liveReleases() { findings += await self.findings(of: live) }
      return findings
    } catch {
      return [.problem("apps", error)]
    }
  }

  private func findings(of live: StoredRelease) async -> [Finding] {
    let name = live.plan.app.description
    var findings: [Finding] = []
    for plan in live.plan.components {
      guard let port = live.ports[plan.component] else { continue }
      if let finding = await fault(of: plan, on: port) { findings.append(finding) }
    }
    guard findings.isEmpty else { return findings }
    // What stands at the app's first page.
    guard let first = live.plan.components.first(where: { $0.stack.role == .frontend }) ?? live.plan.components.first
    else { return [] }
    do {
      let outcome = try await probe.ask(first, on: first.stack.publicPort)
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

  /// What is wrong with a component, if something is.
  private func fault(of plan: ComponentPlan, on port: TCPPort) async -> Finding? {
    let name = plan.app.description
    do {
      let state = try await runtimes[plan].state(of: plan)
      if try await isTaken(port, from: plan) {
        let owner = PortOwner.words(for: port)
        return .problem(
          name, "\(plan.label) cannot run, as its port \(port) is in use by \(owner)",
          remedy: "orchestrator reconcile starts it on another port, in a new container if it runs in one",
          isFixable: true)
      }
      if state?.phase == .restarting {
        let ending = state?.exitCode.map { ", the last time with status \($0)" } ?? ""
        return .problem(
          name, "what runs \(plan.label) ends again and again\(ending)", remedy: "orchestrator logs \(name) says why")
      }
      guard let state, state.phase == .running else {
        let phase = state.map { "is \($0.phase.rawValue)" } ?? "is gone"
        let ending = state?.exitCode.map { ", its last exit status was \($0)" } ?? ""
        return .problem(
          name, "what runs \(plan.label) \(phase)\(ending)",
          remedy: "orchestrator logs \(name) says why; orchestrator reconcile starts it again", isFixable: true)
      }
      let outcome = try await probe.ask(plan, on: port)
      if outcome.isHealthy(plan.stack.health) { return nil }
      return .problem(
        name, "\(plan.label) runs, but GET http://127.0.0.1:\(port)\(plan.healthPath) \(outcome.summary)",
        remedy: "orchestrator logs \(name) may say why")
    } catch {
      return .problem(name, error)
    }
  }
}
