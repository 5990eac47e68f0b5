import Foundation
import Subprocess
import SystemPackage

/// A program and its arguments; never a line for a shell.
package struct Command: Sendable, Equatable {
  package var program: String
  package var arguments: [String]
  /// Variables that are set beside the inherited ones.
  package var environment: [String: String] = [:]
  /// Whether it inherits our own environment.
  package var inheritsEnvironment = true
  /// The folder in which it runs; nil means our own.
  package var folder: String?

  package init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) {
    (self.program, self.arguments, self.environment) = (program, arguments, environment)
  }

  /// A program that sees no environment but its own.
  init(_ words: [String], onlyWith environment: [String: String], in folder: String) {
    (program, arguments) = (words.first ?? "", Array(words.dropFirst()))
    (self.environment, self.folder, inheritsEnvironment) = (environment, folder, false)
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
    try await FaultPoint.around("command \(command.name)") { try await runToEnd(command, receive: receive) }
  }

  private func runToEnd(_ command: Command, receive: (String) async -> Void) async throws -> Int {
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: grace)]
    let status: TerminationStatus
    do {
      status = try await Subprocess.run(
        command.executable, arguments: Arguments(command.arguments), environment: command.wholeEnvironment,
        workingDirectory: command.folder.map { FilePath($0) }, platformOptions: options,
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
    return status.code
  }
}

extension TerminationStatus {
  /// The exit status; a signal counts as 128 + its number.
  var code: Int {
    switch self {
    case .exited(let code): Int(code)
    case .signaled(let signal): 128 + Int(signal)
    }
  }
}

extension Command {
  /// The program without its folder, and what it is first told.
  fileprivate var name: String {
    ([program.split(separator: "/").last.map(String.init) ?? program] + arguments.prefix(1)).joined(separator: " ")
  }

  var executable: Executable { program.hasPrefix("/") ? .path(FilePath(program)) : .name(program) }

  var wholeEnvironment: Subprocess.Environment {
    let own = Dictionary(
      uniqueKeysWithValues: environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) })
    return inheritsEnvironment ? .inherit.updating(own.mapValues(Optional.some)) : .custom(own)
  }
}
