import Foundation
import Subprocess

/// A program and its arguments; never a line for a shell.
package struct Command: Sendable, Equatable {
  package var program: String
  package var arguments: [String]
  /// Variables that are set beside the inherited ones.
  package var environment: [String: String] = [:]

  package init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) {
    (self.program, self.arguments, self.environment) = (program, arguments, environment)
  }
}

/// Runs programs and waits for their end.
package protocol CommandRunner: Sendable {
  /// Runs `command`, gives every line that it prints to `receive`, and returns its exit status; a signal counts as 128 + its number.
  ///
  /// When the task is cancelled the program is asked to stop, and killed when it does not.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is no such program; `CancellationError`.
  func run(_ command: Command, receive: (String) async -> Void) async throws -> Int
}

/// Runs programs as child processes.
package struct ChildProcessRunner: CommandRunner {
  /// How long a cancelled program may take to stop before it is killed.
  var grace: Duration = .seconds(5)

  package init() {}

  package func run(_ command: Command, receive: (String) async -> Void) async throws -> Int {
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: grace)]
    let variables = Dictionary(
      uniqueKeysWithValues: command.environment.map {
        (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value as String?)
      })
    let status: TerminationStatus
    do {
      status = try await Subprocess.run(
        .name(command.program), arguments: Arguments(command.arguments),
        environment: .inherit.updating(variables), platformOptions: options,
        input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        for try await line in execution.standardOutput.strings(bufferingPolicy: .unbounded) {
          await receive(line.printableLine)
        }
      }.terminationStatus
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw OrchestratorError(
        .notFound, "there is no program \(command.program.quoted) on the PATH", hint: "install it", underlying: error)
    }
    try Task.checkCancellation()
    switch status {
    case .exited(let code): return Int(code)
    case .signaled(let signal): return 128 + Int(signal)
    }
  }
}
