/// Starts the release beside the one that serves.
struct StartWorkload: Step {
  let plan: DeploymentPlan
  let port: TCPPort
  let runtime: any WorkloadRuntime
  let logs: LogKeeper
  let report: EventSink

  var name: StepName { .startWorkload }

  func run() async throws {
    for note in try await runtime.start(plan, on: port) { report(.note(note)) }
  }

  func undo() async throws {
    await logs.keep(plan)
    try await runtime.remove(plan.workload)
  }

  func detail(of output: Void) -> String { "127.0.0.1:\(port)" }
}
