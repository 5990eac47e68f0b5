import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorStore

extension Installation {
  /// The number of an app's user: that of its processes, and of its containers.
  func user(of name: String) async throws -> Int {
    let live = try await Store(in: StateFolder(home)).liveRelease(of: AppName(name))
    let plan = try #require(live?.plan.components.first)
    return Int(AppUser.number(of: plan.appNumber ?? 0, first: firstUser))
  }
}
