import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning

@Suite("The paths that variables make")
struct SourcePathTests {
  /// A stack whose variables are each harmless, and together lead out of the source.
  private static func stack(build: String = "", run: String = "command: [a]", variables: String = "") throws
    -> StackDescriptor
  {
    try StackDescriptor.read(
      DescriptorText.line(7, "build: {base: b\(build)}").replacing("{command: [httpd]}", with: "{\(run)}")
        + "variables:\n  a: {summary: x, default: .}\n  b: {summary: y, default: .}\n" + variables)
  }

  static let keys = [
    ("run.folder", "", "command: [a], folder: 'x/${a}${b}'"),
    ("run.serve.folder", "", "serve: {folder: 'x/${a}${b}'}"),
    ("build.manifests", ", manifests: ['x/${a}${b}']", "command: [a]"),
    ("if", ", install: [{run: [a], if: 'x/${a}${b}'}]", "command: [a]"),
    ("unless", ", compile: [{run: [a], unless: 'x/${a}${b}'}]", "command: [a]"),
  ]

  @Test("never lead out of the source, whatever key they stand at", arguments: keys)
  func leadingOut(key: String, build: String, run: String) throws {
    let stack = try Self.stack(build: build, run: run)
    let error = #expect(throws: OrchestratorError.self) {
      try AppSource("", ["app.txt": "x"], [:]).dockerfile(by: stack)
    }
    #expect(error?.code == .invalidInput)
    #expect(
      error?.message
        == "'x/..', which the stack 'demo' makes of 'x/${a}${b}', leads out of the folder of 'shop'")
    #expect(error?.hint == "say where it is with --set a=VALUE --set b=VALUE")
  }

  @Test("are not looked for outside of the source")
  func search() throws {
    let stack = try Self.stack(
      variables: "  c: {summary: z, default: none, detect: [{files: [secret], within: '${a}${b}'}]}\n")
    try withTemporaryFolder { folder in
      try folder.write(["secret": "x", "source/app.txt": "x"])
      let detector = VariableDetector(stack: stack, source: try SourceFolder(folder("source")), app: .shop)
      try #expect(detector.values(settingByHand: [:])["c"] == "none")
    }
  }

  @Test("are said as text in advice, whatever the source says")
  func advice() throws {
    let stack = try StackDescriptor.read(
      DescriptorText.adding("advice:\n  - {files: [app.txt], match: 'x(.*)', value: 'look: ${1}'}"))
    try withTemporaryFolder { folder in
      try folder.write("app.txt", "x\u{1B}[2J\u{202E}y")
      let detector = VariableDetector(stack: stack, source: try SourceFolder(folder.path), app: .shop)
      #expect(try detector.advice(knowing: [:]) == [#"look: \u{1B}[2J\u{202E}y"#])
    }
  }
}
