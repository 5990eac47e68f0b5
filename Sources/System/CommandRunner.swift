import Foundation

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
  /// How all that it starts is known, where that is more than its session and its environment tell.
  package var family: ProcessTree?

  package init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) {
    (self.program, self.arguments, self.environment) = (program, arguments, environment)
  }

  /// A program that sees no environment but its own.
  package init(_ words: [String], onlyWith environment: [String: String], in folder: String) {
    (program, arguments) = (words.first ?? "", Array(words.dropFirst()))
    (self.environment, self.folder, inheritsEnvironment) = (environment, folder, false)
  }
}

/// Runs programs and waits for their end.
package protocol CommandRunner: Sendable {
  /// Runs `command`, gives every line that it prints to `receive`, as text and no longer than ``LineSplitter/longest``, and returns its
  /// exit status; a signal counts as 128 + its number.
  ///
  /// It has no terminal, and a session of its own: Ctrl-C reaches us only. When the task is cancelled the program and all that it started
  /// are asked to stop, and killed when they do not. What a part of a build left running is ended in any case.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is no such program; `CancellationError`.
  func run(_ command: Command, receive: (String) async -> Void) async throws -> Int
}

extension Command {
  /// The program without its folder, and what it is first told.
  package var name: String {
    ([program.split(separator: "/").last.map(String.init) ?? program] + arguments.prefix(1)).joined(separator: " ")
  }

  /// Whether it is a part of a build.
  var isOfBuild: Bool { members.mark != nil }

  /// All that it starts.
  package var members: ProcessTree {
    family ?? environment[ProcessTree.buildMark].map { ProcessTree.ofBuild(in: $0) } ?? ProcessTree()
  }
}
