import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

@Suite("An error")
struct OrchestratorErrorTests {
  @Test("says what happened, what was undone, what is left, what still serves, and what to do")
  func layout() {
    var error = OrchestratorError(.unhealthy, "'blog' was not healthy", hint: "logs: orchestrator logs blog")
    error.rollback = .init(
      release: .v(14), undone: ["start workload", "build image"], leftBehind: ["reserve port: the disk is full"],
      stillServing: .v(13))
    #expect(
      error.description == """
        'blog' was not healthy
        undone: start workload, build image
        left behind: reserve port: the disk is full
        v13 still serves
        hint: logs: orchestrator logs blog
        """)
    #expect(error.localizedDescription == error.description)
  }

  @Test("is one line when there is nothing more to say")
  func short() {
    var error = OrchestratorError(.busy, "try later")
    error.rollback = .init(release: .v(1), undone: [], leftBehind: [])
    #expect(error.description == "try later")
  }

  @Test("has a code in snake_case", arguments: OrchestratorError.Code.allCases)
  func codes(code: OrchestratorError.Code) {
    #expect(code.rawValue.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
  }

  @Test("of another kind becomes one of ours")
  func wrapping() {
    let known = OrchestratorError(.busy, "try later")
    #expect(OrchestratorError.wrapping(known).code == .busy)
    #expect(OrchestratorError.wrapping(CancellationError()).code == .cancelled)
    #expect(OrchestratorError.wrapping(HTTPFailure.refused).code == .unexpected)
  }
}
