package import OrchestratorModel

/// The runtimes of this machine; whatever is done to a release is done by the runtime that it was deployed with.
package struct Runtimes: Sendable {
  private let byName: [RuntimeName: any WorkloadRuntime]

  /// Makes a runtime for every name.
  package init(_ runtime: (RuntimeName) -> any WorkloadRuntime) {
    byName = Dictionary(uniqueKeysWithValues: RuntimeName.allCases.map { ($0, runtime($0)) })
  }

  /// All of them, in the order of their names.
  package var all: [any WorkloadRuntime] { RuntimeName.allCases.map { self[$0] } }

  package subscript(name: RuntimeName) -> any WorkloadRuntime {
    guard let runtime = byName[name] else { preconditionFailure("there is a runtime for every name") }
    return runtime
  }

  package subscript(plan: ComponentPlan) -> any WorkloadRuntime { self[plan.runtime] }
  package subscript(workload: WorkloadPlan) -> any WorkloadRuntime { self[workload.runtime] }

  /// The runtime for an app of which neither a command nor a setting says where it should run: Docker, if its engine answers.
  package func automatic() async -> RuntimeName {
    do {
      try await self[.docker].checkAvailable()
      return .docker
    } catch {
      return .process
    }
  }
}
