/// Sends the app's requests to the release, and knows that they arrive there.
struct SwitchRoute: Step {
  let plan: DeploymentPlan
  let port: TCPPort
  let store: Store
  let proxy: any ReverseProxy
  let report: EventSink

  var name: StepName { .switchRoute }

  func run() async throws -> Int {
    let route = Route(
      app: plan.app, release: plan.release, host: plan.host, publicPort: plan.stack.publicPort, role: plan.stack.role,
      internalPort: port)
    try await store.setRoutes([route], of: plan.app)
    let change = try await proxy.apply(requiring: plan.stack.publicPort)
    for note in change.notes + change.problems { report(.note(note)) }
    return change.generation
  }

  /// Sends them to the release that is committed again, or nowhere when there is none.
  func undo() async throws {
    let committed = try await store.liveRelease(of: plan.app)?.route
    try await store.setRoutes(committed.map { [$0] } ?? [], of: plan.app)
    _ = try await proxy.apply(requiring: nil)
    // Requests that were sent to the release may still be under way there.
    _ = try await proxy.drain(atMost: plan.stack.stop.drain)
  }

  /// As long as requests may be sent to the release, it must go on answering them.
  var keepsEarlierSteps: Bool { true }

  func detail(of generation: Int) -> String {
    "\(plan.host):\(plan.stack.publicPort) -> \(port), generation \(generation) serving"
  }
}
