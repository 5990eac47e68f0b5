/// The runtimes of this machine; whatever is done to a release is done by the runtime that it was deployed with.
struct Runtimes: Sendable {
  let docker: any WorkloadRuntime
  let process: any WorkloadRuntime

  subscript(name: RuntimeName) -> any WorkloadRuntime {
    switch name {
    case .docker: docker
    case .process: process
    }
  }

  subscript(plan: ComponentPlan) -> any WorkloadRuntime { self[plan.runtime] }
  subscript(workload: WorkloadPlan) -> any WorkloadRuntime { self[workload.runtime] }

  /// The runtime for an app of which nobody said where it should run: Docker, if its engine answers.
  func automatic() async -> RuntimeName {
    do {
      try await docker.checkAvailable()
      return .docker
    } catch {
      return .process
    }
  }
}
