import Synchronization

@testable import Orchestrator
@testable import OrchestratorSystem

/// Programs that print what they are told to, and remember how they were called.
final class FakeCommandRunner: CommandRunner {
  private let output: [String]
  private let status: Int
  private let commands = Mutex<[Command]>([])

  init(printing output: [String] = [], status: Int = 0) { (self.output, self.status) = (output, status) }

  var ran: [Command] { commands.withLock { $0 } }

  func run(_ command: Command, receive: (String) async -> Void) async throws -> Int {
    commands.withLock { $0.append(command) }
    for line in output { await receive(line) }
    return status
  }
}
