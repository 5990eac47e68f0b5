import OrchestratorModel
import OrchestratorPlanning
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// From what a person asks for to a plan; nothing but the app's source is read, and nothing is changed.
extension Installation {
  /// Decides everything that can be decided by looking.
  func plan(for app: AppSpec) async throws -> DeploymentPlan {
    // A stack that is not there is told before a machine is asked.
    let stack = try stacks.stack(named: app.stack)
    let runtime = try await runtime(for: app)
    let planner = Planner(stacks: stacks, configuration: configuration)
    return try await blocking { try planner.plan(app, of: stack, on: runtime) }
  }

  /// Where the app is to run: where it was asked for, else where it runs already, else as the settings say.
  private func runtime(for app: AppSpec) async throws -> RuntimeName {
    if let asked = app.runtime { return asked }
    if let live = try await store.liveRelease(of: app.name) { return live.plan.runtime }
    if let configured = configuration.runtime { return configured }
    return await runtimes.automatic()
  }
}
