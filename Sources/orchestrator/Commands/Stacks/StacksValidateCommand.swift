import ArgumentParser
import Orchestrator

struct StacksValidateCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check a descriptor, or a folder of them, and print every mistake.",
    discussion: """
      Ends with 1 if there is a mistake. The descriptor is checked on its own, and beside the stacks that are installed.

      EXAMPLES
        orchestrator stacks validate Plugins/fastapi/stack.yaml
        orchestrator stacks validate ./my-stacks
      """)

  @Argument(help: "A descriptor, a folder with a stack.yaml, or a folder of such folders.", completion: .file())
  var path: String

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let registry = DeploymentEngine.loadStacks(try await global.configuration())
    let (valid, diagnostics) = try registry.validate(path: path)
    if global.json {
      console.json(Report(valid: valid.map(\.name), diagnostics: diagnostics))
    } else {
      for diagnostic in diagnostics { console.result(diagnostic.description) }
      for stack in valid { console.result("\(stack.file.printable): ok, stack '\(stack.name)'") }
    }
    if !diagnostics.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
  }

  private struct Report: Encodable {
    let valid: [StackName]
    let diagnostics: [Diagnostic]
  }
}
