import Testing

@testable import Orchestrator
@testable import OrchestratorCLI
@testable import OrchestratorModel

@Suite("Exit statuses")
struct ExitStatusTests {
  @Test(
    "tell scripts what kind of failure it was",
    arguments: [
      (.invalidName, .usage), (.invalidInput, .usage), (.notFound, .notFound), (.unknownStack, .notFound),
      (.busy, .busyOrConflict),
      (.conflict, .busyOrConflict), (.publicPortTaken, .busyOrConflict), (.cancelled, .interrupted),
      (.runtimeUnavailable, .failed), (.stateUnwritable, .failed),
    ] as [(OrchestratorError.Code, OrchestratorCLI.ExitStatus)])
  func kinds(_ code: OrchestratorError.Code, _ status: OrchestratorCLI.ExitStatus) {
    #expect(OrchestratorCLI.ExitStatus(OrchestratorError(code, "it failed")) == status)
  }

  @Test("tell what became of a deployment")
  func rollbacks() throws {
    func status(_ code: OrchestratorError.Code, leftBehind: [String] = []) throws -> OrchestratorCLI.ExitStatus {
      var error = OrchestratorError(code, "it failed")
      error.rollback = .init(release: try ReleaseNumber("v2"), undone: ["build image"], leftBehind: leftBehind)
      return OrchestratorCLI.ExitStatus(error)
    }
    #expect(try status(.buildFailed) == .rolledBack)
    #expect(try status(.portsExhausted) == .rolledBack)
    #expect(try status(.cancelled) == .interrupted)
    #expect(try status(.cancelled, leftBehind: ["build image: Docker is gone"]) == .needsAttention)
    #expect(
      OrchestratorCLI.ExitStatus.interrupted.rawValue == 130 && OrchestratorCLI.ExitStatus.needsAttention.rawValue == 6)
  }
}
