import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

@Suite("Files that are no descriptor")
struct DescriptorFileTests {
  let loader = DescriptorLoader()

  static let notYAML = [
    FaultyDescriptor("empty", "", "1:1: error: the file is empty: a descriptor was expected"),
    FaultyDescriptor("only a comment", "# soon\n", "1:1: error: the file is empty: a descriptor was expected"),
    FaultyDescriptor("null", "~\n", "1:1: error: the file is empty: a descriptor was expected"),
    FaultyDescriptor("a list", "- a\n- b\n", "1:1: error: the file must be a mapping of keys to values"),
    FaultyDescriptor(
      "two documents", "a: 1\n---\nb: 2\n",
      "2:1: error: not a YAML file: expected a single document in the stream but found another document"),
    FaultyDescriptor(
      "an open quote", "name: \"demo\nkind: Stack\n", "3:1: error: not a YAML file: found unexpected end of stream"),
    FaultyDescriptor(
      "a tab", "build:\n\tbase: x\n", "2:1: error: not a YAML file: found character that cannot start any token"),
    FaultyDescriptor(
      "an open bracket", "run: {command: [a, b}\n", "1:21: error: not a YAML file: did not find expected ',' or ']'"),
    FaultyDescriptor("an unknown alias", "name: *other\n", "1:7: error: not a YAML file: found undefined alias"),
    FaultyDescriptor(
      "a duplicate key", DescriptorText.adding("name: twice"), "3:1: error: the key 'name' stands twice"),
    FaultyDescriptor(
      "a duplicate key below", DescriptorText.line(9, "health:\n  path: /\n  path: /a"),
      "10:3: error: the key 'path' stands twice"),
    FaultyDescriptor(
      "a zero byte", "name: a\u{0}b\n", "1:1: error: not a YAML file: control characters are not allowed"),
  ]

  @Test("what the YAML parser stumbles over is told with its place", arguments: notYAML)
  func unreadable(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  static let controlCharacters = [
    FaultyDescriptor(
      "a bell in the summary", DescriptorText.line(4, #"summary: "ding\x07""#),
      "4:10: error: 'summary' holds a control character"),
    FaultyDescriptor(
      "a line feed in the summary", DescriptorText.line(4, #"summary: "a\nb""#),
      "4:10: error: 'summary' holds a control character"),
    FaultyDescriptor(
      "an escape in a command", DescriptorText.line(8, #"run: {command: [httpd, "\e[2J"]}"#),
      "8:24: error: 'command[2]' holds a control character"),
    FaultyDescriptor(
      "a line feed in the environment", DescriptorText.line(7, #"build: {base: b, env: {A: "x\nRUN y"}}"#),
      "7:27: error: 'A' holds a control character"),
    FaultyDescriptor(
      "a bell in a stack's own file", DescriptorText.line(7, #"build: {base: b, files: {a.py: "x\x07"}}"#),
      "7:32: error: 'a.py' holds a control character"),
  ]

  @Test("control characters are refused wherever they stand", arguments: controlCharacters)
  func controlCharacter(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  @Test("lines and tabs may stand in a stack's own files")
  func linesInFiles() {
    let yaml = DescriptorText.line(7, #"build: {base: b, files: {a.py: "x\n\ty\n"}}"#)
    let outcome = loader.load(yaml: yaml, file: "stack.yaml")
    #expect(outcome.diagnostics.map(\.description) == [])
    #expect(outcome.descriptor?.build.files == ["a.py": "x\n\ty\n"])
  }

  @Test("a binary file is none")
  func binary() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("stack.yaml", Data([0xFF, 0xD8, 0xFF, 0xE0, 0x00]))
      let expected = "\(file):1:1: error: not a YAML file: it is not UTF-8 text"
      #expect(loader.load(file: file).diagnostics.map(\.description) == [expected])
    }
  }

  @Test("a file that is not there cannot be read")
  func notThere() throws {
    try withTemporaryFolder { folder in
      let file = folder("stack.yaml")
      #expect(loader.load(file: file).diagnostics.map(\.description) == ["\(file):1:1: error: the file cannot be read"])
    }
  }
}
