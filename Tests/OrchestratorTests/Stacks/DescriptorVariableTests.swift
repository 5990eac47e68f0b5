import Testing

@testable import Orchestrator
@testable import OrchestratorStacks

@Suite("The variables in a descriptor's templates")
struct DescriptorVariableTests {
  /// A descriptor with one variable, `entry`, and whatever else in line 12.
  private static func withEntry(_ run: String) -> String {
    DescriptorText.line(8, run) + "variables:\n  entry: {summary: what is started}\n"
  }

  static let unknown = [
    FaultyDescriptor(
      "in a command", withEntry(#"run: {command: [node, "${entri}"]}"#),
      "8:23: error: unknown variable '${entri}' (did you mean '${entry}'?)"),
    FaultyDescriptor(
      "a standard one, misspelt", withEntry(#"run: {command: ["${hst}:${prt}"]}"#),
      "8:17: error: unknown variable '${hst}' (did you mean '${host}'?)",
      "8:17: error: unknown variable '${prt}' (did you mean '${port}'?)"),
    FaultyDescriptor(
      "like no other", withEntry(#"run: {command: ["${WHATEVER}"]}"#), "8:17: error: unknown variable '${WHATEVER}'"),
    FaultyDescriptor(
      "in the environment", withEntry(#"run: {command: [a], env: {A: "${nobody}"}}"#),
      "8:30: error: unknown variable '${nobody}'"),
    FaultyDescriptor(
      "the port, before there is one", DescriptorText.line(7, #"build: {base: b, install: [[a, "${port}"]]}"#),
      "7:32: error: unknown variable '${port}'"),
    FaultyDescriptor(
      "a place in the container, as the folder", withEntry(#"run: {command: [a], folder: "${dependencies}/x"}"#),
      "8:29: error: unknown variable '${dependencies}'"),
    FaultyDescriptor(
      "a variable that comes later",
      DescriptorText.adding("variables:\n  a: {summary: x, default: \"${b}\"}\n  b: {summary: y, default: z}"),
      "11:28: error: unknown variable '${b}'"),
    FaultyDescriptor(
      "a rule's own, where the searched folder is said",
      DescriptorText.adding("variables:\n  a: {summary: x, detect: [{files: [b], within: \"${module}\"}]}"),
      "11:49: error: unknown variable '${module}'"),
  ]

  @Test("an unknown one is pointed at, with the one that was probably meant", arguments: unknown)
  func unknownVariable(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  static let names = [
    FaultyDescriptor(
      "a standard one", DescriptorText.adding("variables:\n  port: {summary: x}"),
      "11:3: error: 'variables' must be a name that no standard variable has"),
    FaultyDescriptor(
      "with a dash", DescriptorText.adding("variables:\n  my-entry: {summary: x}"),
      "11:3: error: 'variables' must be a name of a-z, 0-9 and '_' that starts with a letter, not 'my-entry'"),
    FaultyDescriptor(
      "of an environment variable", DescriptorText.line(8, "run: {command: [a], env: {A-B: x}}"),
      "8:27: error: 'env' must be a name of letters, digits and '_', not 'A-B'"),
  ]

  @Test("a name that cannot be one is pointed at", arguments: names)
  func wrongName(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  @Test("a rule may use the variables before its own")
  func earlier() {
    let yaml = DescriptorText.adding(
      "variables:\n  a: {summary: x, default: b}\n  c: {summary: y, detect: [{files: [d], within: \"${a}\"}]}")
    #expect(DescriptorLoader().load(yaml: yaml, file: "stack.yaml").diagnostics.map(\.description) == [])
  }
}
