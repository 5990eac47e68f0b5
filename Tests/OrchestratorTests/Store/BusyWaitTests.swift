import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("The wait for who has the state file locked")
struct BusyWaitTests {
  @Test("goes on until its time is over, or the task is cancelled")
  func ends() async throws {
    guard case .callback(let goesOn) = Database.BusyMode.waiting(atMost: .seconds(10)) else {
      Issue.record("it cannot be cancelled")
      return
    }
    #expect(goesOn(0) && goesOn(999))
    #expect(!goesOn(1000))
    let cancelled = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return goesOn(0)
    }
    #expect(await !cancelled.value)
  }
}
