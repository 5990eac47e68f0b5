import Foundation
import Subprocess
import SystemPackage

@testable import Orchestrator
@testable import OrchestratorModel

extension Installation {
  /// Runs a command in a process group of its own, and interrupts the whole group some time after it has begun.
  func interruptGroup(of arguments: [String], after pause: Duration) async throws -> (status: Int, errors: String) {
    var options = PlatformOptions()
    options.createSession = true
    let variables = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
    let result = try await Subprocess.run(
      .path(FilePath(Program.path)), arguments: Arguments(arguments + ["--plugins", TestStacks.folder()]),
      environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)), platformOptions: options,
      input: .none, output: .discarded, error: .sequence
    ) { execution in
      var errors = ""
      for try await text in execution.standardError.strings() {
        errors += text + "\n"
        guard text.contains("----->") else { continue }
        try await Task.sleep(for: pause)
        try? execution.send(signal: .interrupt, toProcessGroup: true)
      }
      return errors
    }
    let status =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): 128 + Int(signal)
      }
    return (status, result.closureResult)
  }
}
