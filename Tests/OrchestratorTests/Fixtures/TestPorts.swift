import Synchronization

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

/// Ports that no other test has, below those that the system gives to clients.
enum TestPorts {
  private static let next = Mutex(21_000)

  /// The next `count` ports in a row on which nobody listens.
  static func range(of count: Int) -> PortRange {
    next.withLock { first in
      while true {
        let range = PortRange.from(first, to: first + count - 1)
        first += count
        if range.ports.allSatisfy({ PortProbe.isFree($0, everywhere: true) }) { return range }
      }
    }
  }

  static func one() -> TCPPort { range(of: 1).first }
}
