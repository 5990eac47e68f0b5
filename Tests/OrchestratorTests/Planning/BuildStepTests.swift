import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning

@Suite("When a build step is needed")
struct BuildStepTests {
  static let cases: [(condition: String, files: [String], isNeeded: Bool)] = [
    ("", [], true),
    ("if: lock", ["lock"], true),
    ("if: lock", [], false),
    ("unless: lock", ["lock"], false),
    ("unless: lock", [], true),
    ("if: project, unless: lock", ["project"], true),
    ("if: project, unless: lock", ["project", "lock"], false),
    ("if: project, unless: lock", ["lock"], false),
    ("if: folder/lock", ["folder/lock"], true),
    ("if: folder", ["folder/lock"], true),
    (#"if: "${root}/lock""#, ["web/lock"], true),
    (#"if: "${root}/lock""#, ["lock"], false),
  ]

  @Test("depends on which files the source has", arguments: cases)
  func conditions(condition: String, files: [String], isNeeded: Bool) throws {
    let step = "{run: [make]\(condition.isEmpty ? "" : ", \(condition)")}"
    let stack = try StackDescriptor.read(
      DescriptorText.line(7, "build: {base: b, install: [\(step)]}") + "variables:\n  root: {summary: a folder}\n")
    try withTemporaryFolder { folder in
      for file in ["README.md"] + files { try folder.write(file) }
      #expect(
        try stack.build.install.map { $0.isNeeded(in: try SourceFolder(folder.path), variables: ["root": "web"]) } == [
          isNeeded
        ])
    }
  }
}
