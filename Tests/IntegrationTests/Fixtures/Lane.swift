import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

/// Which of the tests for real this process runs: those over Docker, those over processes, or all of them.
///
/// They wait half of the time, so `make test` runs two lanes side by side, each serial in itself and with an installation of its own.
enum Lane {
  /// The runtimes of this lane; `ORCHESTRATOR_TEST_LANE` names the one, and without it both are tried one after the other.
  static let runtimes: [RuntimeName] =
    ProcessInfo.processInfo.environment["ORCHESTRATOR_TEST_LANE"].flatMap(RuntimeName.init).map { [$0] }
    ?? RuntimeName.allCases
}

extension Trait where Self == ConditionTrait {
  /// Has a test of one runtime, or of both at once, run in one of the lanes.
  static func lane(_ runtime: RuntimeName) -> Self {
    .enabled(if: Lane.runtimes.contains(runtime), "it runs in the lane of the runtime \(runtime.rawValue)")
  }
}
