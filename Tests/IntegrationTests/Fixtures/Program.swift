import Foundation
import Subprocess
import SystemPackage

/// What a run of the program came to.
struct Run: Sendable {
  let status: Int
  let output: String
  let errors: String

  /// Everything that a person would have seen, for failure messages.
  var all: String { "exit status \(status)\n\(output)\n\(errors)" }
}

/// The program as it was built beside these tests.
enum Program {
  static let path = folder + "/orchestrator"
  /// A program that deploys many apps at the same time, through the library.
  static let deployMany = folder + "/deploy-many"

  private static let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

  /// Runs a program to its end; `signal` is sent to it when `line` turns up in what it writes to stderr.
  static func run(
    _ program: String = path, _ arguments: [String], environment: [String: String] = [:],
    signal: Signal = .interrupt, at line: String? = nil
  ) async throws -> Run {
    let result = try await Subprocess.run(
      program.hasPrefix("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
      environment: .inherit.updating(variables(environment)), input: .none, output: .string(limit: 16 << 20),
      error: .sequence
    ) { execution in
      var errors = ""
      for try await text in execution.standardError.strings() {
        errors += text.trimmingCharacters(in: .newlines) + "\n"
        if let line, text.contains(line) { try execution.send(signal: signal) }
      }
      return errors
    }
    let status =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): 128 + Int(signal)
      }
    return Run(status: status, output: result.standardOutput, errors: result.closureResult)
  }

  /// Runs a command that goes on for ever: does `work` when it has begun to print, and interrupts it when it printed `text`.
  static func follow(
    _ arguments: [String], environment: [String: String], until text: String,
    after work: @escaping @Sendable () async throws -> Void
  ) async throws -> String {
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments), environment: .inherit.updating(variables(environment)),
      input: .none, output: .sequence, error: .discarded
    ) { execution in
      var output = ""
      var isWorking = false
      for try await line in execution.standardOutput.strings() {
        output += line
        if !isWorking {
          isWorking = true
          try await work()
        }
        if line.contains(text) { try execution.send(signal: .interrupt) }
      }
      return output
    }
    return result.closureResult
  }

  private static func variables(_ environment: [String: String]) -> [Subprocess.Environment.Key: String?] {
    Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) })
  }
}
