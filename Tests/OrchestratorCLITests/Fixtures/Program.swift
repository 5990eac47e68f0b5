import Foundation
import Subprocess
import SystemPackage

/// The program as it was built beside these tests, run in a folder of its own where there is no Docker.
struct Program {
  let home = NSTemporaryDirectory() + "orchestrator-cli-\(UUID().uuidString)"

  struct Run {
    let status: Int
    let output: String
    let errors: String
  }

  func run(_ arguments: String..., environment extra: [String: String] = [:]) async throws -> Run {
    try await run(words: arguments, environment: extra)
  }

  private static let path =
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/orchestrator"

  /// - Parameter redirection: where a shell is to lead its streams, in the shell's words.
  func run(
    words arguments: [String], into redirection: String? = nil, environment extra: [String: String] = [:]
  ) async throws -> Run {
    // Nothing is ever started by these tests.
    let environment = [
      "ORCHESTRATOR_HOME": home, "DOCKER_HOST": "unix://\(home)/no-docker.sock", "ORCHESTRATOR_RUNTIME": "docker",
    ]
    .merging(extra) { _, new in new }
    let variables = environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
    let result = try await Subprocess.run(
      redirection == nil ? .path(FilePath(Self.path)) : .name("bash"),
      arguments: Arguments(
        redirection.map { ["-c", "\"$0\" \"$@\" \($0)", Self.path] + arguments } ?? arguments),
      environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    guard case .exited(let status) = result.terminationStatus else {
      return Run(status: -1, output: "", errors: "killed")
    }
    return Run(status: Int(status), output: result.standardOutput, errors: result.standardError)
  }

  /// The package's own folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
}
