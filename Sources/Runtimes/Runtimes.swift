package import OrchestratorModel

/// The runtimes of this machine; whatever is done to a release is done by the runtime that it was deployed with.
package struct Runtimes: Sendable {
  package let docker: any WorkloadRuntime
  package let process: any WorkloadRuntime

  package init(docker: any WorkloadRuntime, process: any WorkloadRuntime) {
    (self.docker, self.process) = (docker, process)
  }

  package subscript(name: RuntimeName) -> any WorkloadRuntime {
    switch name {
    case .docker: docker
    case .process: process
    }
  }

  package subscript(plan: ComponentPlan) -> any WorkloadRuntime { self[plan.runtime] }
  package subscript(workload: WorkloadPlan) -> any WorkloadRuntime { self[workload.runtime] }

  /// The runtime for an app of which nobody said where it should run: Docker, if its engine answers.
  package func automatic() async -> RuntimeName {
    do {
      try await docker.checkAvailable()
      return .docker
    } catch {
      return .process
    }
  }
}
