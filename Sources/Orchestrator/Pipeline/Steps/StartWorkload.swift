/// Starts the release beside the one that serves.
struct StartWorkload: Step {
  let plan: ComponentPlan
  let port: TCPPort
  let runtime: any WorkloadRuntime
  let report: EventSink

  var id: DeploymentStep { DeploymentStep(.startWorkload, of: plan.component) }

  func run() async throws {
    for note in try await runtime.start(plan, on: port) { report(.note(note)) }
  }

  func undo() async throws {
    await runtime.saveLogs(of: plan)
    try await runtime.remove(plan)
  }

  func detail(of output: Void) -> String { "127.0.0.1:\(port)" }
}
