@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

/// Gives `body` a new store that is gone afterwards.
func withStore(_ body: (Store) async throws -> Void) async throws {
  try await withTemporaryFolder { try await body(Store(in: StateFolder($0("home")))) }
}
