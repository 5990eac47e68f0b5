import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning
@testable import OrchestratorStacks

@Suite("Keys that a descriptor does not have, or must have")
struct DescriptorKeyTests {
  static let unknown = [
    FaultyDescriptor(
      "at the top", DescriptorText.adding("limit: {memory: 1g}"),
      "10:1: error: unknown key 'limit' (did you mean 'limits'?)"),
    FaultyDescriptor(
      "at the top, like no other", DescriptorText.adding("colour: red"), "10:1: error: unknown key 'colour'"),
    FaultyDescriptor(
      "in a section", DescriptorText.line(9, "health: {pth: /}"),
      "9:10: error: unknown key 'pth' in 'health' (did you mean 'path'?)"),
    FaultyDescriptor(
      "in a section of another's", DescriptorText.line(9, "health:\n  path: /\n  memory: 1g"),
      "11:3: error: unknown key 'memory' in 'health'"),
    FaultyDescriptor(
      "in a variable", DescriptorText.adding("variables:\n  entry: {summary: x, defualt: y}"),
      "11:23: error: unknown key 'defualt' in 'variables' (did you mean 'default'?)"),
    FaultyDescriptor(
      "in a variable's rule",
      DescriptorText.adding("variables:\n  entry:\n    summary: x\n    detect:\n      - {files: [a], mach: b}"),
      "14:22: error: unknown key 'mach' in 'variables.detect' (did you mean 'match'?)"),
    FaultyDescriptor(
      "in a rule", DescriptorText.adding("detect:\n  - {file: [a]}"),
      "11:5: error: missing key 'files' in 'detect'",
      "11:6: error: unknown key 'file' in 'detect' (did you mean 'files'?)"),
    FaultyDescriptor(
      "in a build step", DescriptorText.line(7, "build: {base: b, install: [{run: [a], wehn: b}]}"),
      "7:39: error: unknown key 'wehn' in 'build.install' (did you mean 'when'?)"),
    FaultyDescriptor(
      "in the pages", DescriptorText.line(8, "run: {serve: {folder: dist, fallbak: index.html}}"),
      "8:29: error: unknown key 'fallbak' in 'run.serve' (did you mean 'fallback'?)"),
    FaultyDescriptor(
      "that a terminal would act on", DescriptorText.adding(#""\e[2J": x"#), #"10:1: error: unknown key '\u{1B}[2J'"#),
    FaultyDescriptor("that is no text", DescriptorText.adding("[a]: x"), "10:1: error: unknown key '(not text)'"),
  ]

  @Test("an unknown key is pointed at, with the one that was probably meant", arguments: unknown)
  func unknownKey(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  static let missing = [
    FaultyDescriptor("apiVersion", DescriptorText.line(1, nil), "1:1: error: missing key 'apiVersion'"),
    FaultyDescriptor("kind", DescriptorText.line(2, nil), "1:1: error: missing key 'kind'"),
    FaultyDescriptor("name", DescriptorText.line(3, nil), "1:1: error: missing key 'name'"),
    FaultyDescriptor("summary", DescriptorText.line(4, nil), "1:1: error: missing key 'summary'"),
    FaultyDescriptor("publicPort", DescriptorText.line(5, nil), "1:1: error: missing key 'publicPort'"),
    FaultyDescriptor("internalPorts", DescriptorText.line(6, nil), "1:1: error: missing key 'internalPorts'"),
    FaultyDescriptor("build", DescriptorText.line(7, nil), "1:1: error: missing key 'build'"),
    FaultyDescriptor(
      "build.base", DescriptorText.line(7, "build: {}"),
      "7:8: error: missing key 'base' in 'build' (or 'dockerfile', for apps that bring their own)"),
    FaultyDescriptor("run", DescriptorText.line(8, nil), "1:1: error: missing key 'command' in 'run'"),
    FaultyDescriptor("run.command", DescriptorText.line(8, "run: {}"), "8:6: error: missing key 'command' in 'run'"),
    FaultyDescriptor(
      "a variable's summary", DescriptorText.adding("variables:\n  entry: {default: y}"),
      "11:10: error: missing key 'summary' in 'variables'"),
    FaultyDescriptor(
      "a rule's files", DescriptorText.adding("detect:\n  - match: x"), "11:5: error: missing key 'files' in 'detect'"),
    FaultyDescriptor(
      "a build step's command", DescriptorText.line(7, "build: {base: b, compile: [{if: a}]}"),
      "7:28: error: missing key 'run' in 'build.compile'"),
    FaultyDescriptor(
      "all of them", "{}",
      "1:1: error: missing key 'apiVersion'", "1:1: error: missing key 'kind'", "1:1: error: missing key 'name'",
      "1:1: error: missing key 'summary'", "1:1: error: missing key 'publicPort'",
      "1:1: error: missing key 'internalPorts'", "1:1: error: missing key 'build'"),
  ]

  @Test("a missing key is named, at the section that lacks it", arguments: missing)
  func missingKey(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  @Test("a descriptor whose apps bring a Dockerfile needs no command")
  func dockerfileNeedsNoCommand() {
    let yaml = DescriptorText.line(7, "build: {dockerfile: Dockerfile}").replacing(
      "run: {command: [httpd]}\n", with: "")
    #expect(DescriptorLoader().load(yaml: yaml, file: "stack.yaml").diagnostics.map(\.description) == [])
  }
}
