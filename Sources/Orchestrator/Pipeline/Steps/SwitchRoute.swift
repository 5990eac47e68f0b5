import OrchestratorModel
import OrchestratorStore
import OrchestratorNginxProxy

/// Sends the app's requests to the release, and knows that they arrive there.
struct SwitchRoute: Step {
  let plan: DeploymentPlan
  let routes: [Route]
  let store: Store
  let proxy: any ReverseProxy
  let report: EventSink

  var id: DeploymentStep { DeploymentStep(.switchRoute) }

  func run() async throws -> Int {
    try await store.setRoutes(routes, of: plan.app)
    let change = try await proxy.apply(.serve(plan.publicPort))
    for note in change.notes + change.problems { report(.note(note)) }
    return change.generation
  }

  func detail(of generation: Int) -> String {
    let roles = Dictionary(grouping: routes, by: \.role).sorted { $0.key.rawValue < $1.key.rawValue }
    let ends = roles.map { role, routes in
      (roles.count > 1 ? "\(role.rawValue) " : "") + routes.map(\.internalPort.description).joined(separator: ", ")
    }
    return "\(plan.host):\(plan.publicPort) -> \(ends.joined(separator: ", ")), generation \(generation) serving"
  }
}
