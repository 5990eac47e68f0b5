import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning

@Suite("Values that a descriptor cannot have")
struct DescriptorDiagnosticsTests {
  static let ports = [
    FaultyDescriptor(
      "port 0", DescriptorText.line(5, "publicPort: 0"),
      "5:13: error: 'publicPort' must be a port from 1024 to 65535, not '0'"),
    FaultyDescriptor(
      "a port that only root may listen on", DescriptorText.line(5, "publicPort: 80"),
      "5:13: error: 'publicPort' must be a port from 1024 to 65535, not '80'"),
    FaultyDescriptor(
      "port 70000", DescriptorText.line(5, "publicPort: 70000"),
      "5:13: error: 'publicPort' must be a port from 1024 to 65535, not '70000'"),
    FaultyDescriptor(
      "a word for a port", DescriptorText.line(5, "publicPort: http"),
      "5:13: error: 'publicPort' must be a port from 1024 to 65535, not 'http'"),
    FaultyDescriptor(
      "a list for a port", DescriptorText.line(5, "publicPort: [9000]"),
      "5:13: error: 'publicPort' must be a port from 1024 to 65535"),
    FaultyDescriptor(
      "a reversed range", DescriptorText.line(6, "internalPorts: 30009-30000"),
      "6:16: error: 'internalPorts' must be a range of ports such as '15000-15099', not '30009-30000'"),
    FaultyDescriptor(
      "a range of words", DescriptorText.line(6, "internalPorts: low-high"),
      "6:16: error: 'internalPorts' must be a range of ports such as '15000-15099', not 'low-high'"),
    FaultyDescriptor(
      "a range with three ends", DescriptorText.line(6, "internalPorts: 1-2-3"),
      "6:16: error: 'internalPorts' must be a range of ports such as '15000-15099', not '1-2-3'"),
    FaultyDescriptor(
      "one port for a range", DescriptorText.line(6, "internalPorts: 30000"),
      "6:16: error: 'internalPorts' must be a range of ports such as '15000-15099', not '30000'"),
    FaultyDescriptor(
      "a range beyond the last port", DescriptorText.line(6, "internalPorts: 65000-70000"),
      "6:16: error: 'internalPorts' must be a range of ports such as '15000-15099', not '65000-70000'"),
    FaultyDescriptor(
      "the public port among the internal ones", DescriptorText.line(5, "publicPort: 30005"),
      "5:13: error: 'publicPort' 30005 lies inside the stack's own 'internalPorts' 30000-30009"),
  ]

  @Test("ports and ranges of ports", arguments: ports)
  func wrongPort(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  static let types = [
    FaultyDescriptor(
      "another apiVersion", DescriptorText.line(1, "apiVersion: orchestrator/v2"),
      "1:13: error: 'apiVersion' must be 'orchestrator/v1'"),
    FaultyDescriptor("another kind", DescriptorText.line(2, "kind: Pod"), "2:7: error: 'kind' must be 'Stack'"),
    FaultyDescriptor(
      "a name that is no label", DescriptorText.line(3, "name: My Stack"),
      "3:7: error: 'name' must be a name of a-z, 0-9 and '-', not 'My Stack'"),
    FaultyDescriptor("nothing for text", DescriptorText.line(4, "summary:"), "4:9: error: 'summary' must be text"),
    FaultyDescriptor(
      "an unknown role", DescriptorText.adding("role: middle"),
      "10:7: error: 'role' must be 'backend' or 'frontend', not 'middle'"),
    FaultyDescriptor(
      "text for a section", DescriptorText.line(9, "health: good"),
      "9:9: error: 'health' must be a mapping of keys to values"),
    FaultyDescriptor(
      "text for the build", DescriptorText.line(7, "build: make"),
      "7:8: error: 'build' must be a mapping of keys to values"),
    FaultyDescriptor(
      "a list for a section", DescriptorText.line(9, "health: [/]"),
      "9:9: error: 'health' must be a mapping of keys to values"),
    FaultyDescriptor(
      "a shell line for a command", DescriptorText.line(8, "run: {command: httpd -f}"),
      "8:16: error: 'command' must be a list"),
    FaultyDescriptor(
      "an empty command", DescriptorText.line(8, "run: {command: []}"), "8:16: error: 'command' must not be empty"),
    FaultyDescriptor(
      "a list in a command", DescriptorText.line(8, "run: {command: [httpd, [x]]}"),
      "8:24: error: 'command[2]' must be text"),
    FaultyDescriptor(
      "a shell line for a build step", DescriptorText.line(7, "build: {base: b, install: [npm ci]}"),
      "7:28: error: 'install[1]' must be a program and its arguments"),
    FaultyDescriptor(
      "an empty build step", DescriptorText.line(7, "build: {base: b, install: [[]]}"),
      "7:28: error: 'install[1]' must be a program and its arguments"),
    FaultyDescriptor(
      "a list for variables", DescriptorText.adding("variables: [entry]"),
      "10:12: error: 'variables' must be a mapping of names to values"),
    FaultyDescriptor(
      "both base and dockerfile", DescriptorText.line(7, "build: {base: b, dockerfile: Dockerfile}"),
      "7:30: error: 'build' has both 'base' and 'dockerfile': one of them must go"),
    FaultyDescriptor(
      "a condition on what is no variable of the stack",
      DescriptorText.line(7, "build: {base: b, install: [{run: [a], when: {prot: x}}]}"),
      "7:46: error: 'when' must name a variable of the stack, not 'prot'"),
    FaultyDescriptor(
      "both pages and a command", DescriptorText.line(8, "run: {command: [httpd], serve: {folder: dist}}"),
      "8:16: error: 'run' has both 'serve' and 'command': one of them must go"),
    FaultyDescriptor(
      "pages beside a Dockerfile",
      DescriptorText.line(7, "build: {dockerfile: Dockerfile}").replacing(
        "{command: [httpd]}", with: "{serve: {folder: dist}}"),
      "8:14: error: 'serve' has no meaning for apps that bring their own Dockerfile"),
    FaultyDescriptor(
      "pages outside of the source", DescriptorText.line(8, "run: {serve: {folder: ../dist, hashed: ['a b']}}"),
      "8:23: error: 'folder' must be a path inside the app's folder, not '../dist'",
      "8:41: error: 'hashed[1]' must be a path of letters, digits, '.', '_' and '-', not 'a b'"),
  ]

  @Test("types of values", arguments: types)
  func wrongType(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  @Test("all mistakes of a file are told, in the order of their places")
  func allOfThem() {
    let descriptor = FaultyDescriptor(
      "many",
      """
      apiVersion: orchestrator/v1
      kind: Stack
      name: demo
      publicPort: 0
      internalPorts: 9-1
      build: {base: "a b", ignored: []}
      run: {command: ["${prt}"]}
      limits: {memory: lots}
      """,
      "1:1: error: missing key 'summary'",
      "4:13: error: 'publicPort' must be a port from 1024 to 65535, not '0'",
      "5:16: error: 'internalPorts' must be a range of ports such as '15000-15099', not '9-1'",
      "6:15: error: 'base' must be the name of an image, such as 'python:3.13-slim', not 'a b'",
      "6:22: error: unknown key 'ignored' in 'build' (did you mean 'ignore'?)",
      "7:17: error: unknown variable '${prt}' (did you mean '${port}'?)",
      "8:18: error: 'memory' must be an amount of memory such as '512m' or '2g', not 'lots'")
    #expect(descriptor.found == descriptor.expected)
  }
}
