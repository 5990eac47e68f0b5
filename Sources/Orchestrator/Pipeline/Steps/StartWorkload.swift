import OrchestratorModel
import OrchestratorRuntimes

/// Starts a workload beside those that serve.
struct StartWorkload: Step {
  let workload: WorkloadPlan
  let port: TCPPort
  let runtime: any WorkloadRunner
  let report: EventSink

  var id: DeploymentStep { workload.step(.startWorkload) }

  func run() async throws {
    for note in try await runtime.start(workload, on: port) { report(.note(note)) }
  }

  func detail(of output: Void) -> String { "\(runtime.address(on: port))" }
}
