import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

/// Descriptors as a stranger would write them, made from the smallest one that is right.
enum DescriptorText {
  /// The smallest descriptor that is right; 9 lines, on which the places in expected diagnostics rely.
  static let smallest = """
    apiVersion: orchestrator/v1
    kind: Stack
    name: demo
    summary: Demo apps
    publicPort: 9000
    internalPorts: 30000-30009
    build: {base: "busybox:1"}
    run: {command: [httpd]}
    health: {path: /}

    """

  /// The smallest descriptor with another name and other ports.
  static func named(_ name: String, publicPort: String = "9000", internalPorts: String = "30000-30009") -> String {
    smallest.replacing("demo", with: name).replacing("9000", with: publicPort)
      .replacing("30000-30009", with: internalPorts)
  }

  /// The smallest descriptor with its line number `line` (from 1) replaced, or removed if `text` is nil.
  static func line(_ line: Int, _ text: String?) -> String {
    var lines = smallest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.replaceSubrange(line - 1...line - 1, with: text.map { [$0] } ?? [])
    return lines.joined(separator: "\n")
  }

  /// The smallest descriptor with `text` after its last line.
  static func adding(_ text: String) -> String { smallest + text + "\n" }
}

/// A descriptor with mistakes, and all that is to be said of them.
struct FaultyDescriptor: CustomTestStringConvertible {
  let testDescription: String
  let yaml: String
  let expected: [String]

  /// What `yaml` is wrong about, and the diagnostics without the name of the file: `LINE:COLUMN: error: …`.
  init(_ what: String, _ yaml: String, _ expected: String...) {
    (testDescription, self.yaml, self.expected) = (what, yaml, expected.map { "stack.yaml:\($0)" })
  }

  /// What the loader says of the descriptor.
  var found: [String] {
    DescriptorLoader().load(yaml: yaml, file: "stack.yaml").diagnostics.map(\.description)
  }
}

extension StackDescriptor {
  /// The descriptor in `yaml`, which has no mistakes.
  static func read(_ yaml: String) throws -> StackDescriptor {
    let outcome = DescriptorLoader().load(yaml: yaml, file: "stack.yaml")
    #expect(outcome.diagnostics.map(\.description) == [])
    return try #require(outcome.descriptor)
  }
}
