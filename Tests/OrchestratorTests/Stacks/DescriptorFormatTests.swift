import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("Values of a descriptor in the wrong format")
struct DescriptorFormatTests {
  /// A descriptor with a wrong value in a section of its own, in line 10.
  private static func section(_ text: String, _ expected: String...) -> FaultyDescriptor {
    let yaml = DescriptorText.line(9, nil) + "\n" + text + "\n"
    return FaultyDescriptor(text, yaml, expected.joined(separator: "\n"))
  }

  static let numbers = [
    section(
      "health: {interval: 10}", "10:20: error: 'interval' must be a duration such as '500ms', '10s' or '2m', not '10'"),
    section(
      "health: {timeout: 1h}", "10:19: error: 'timeout' must be a duration such as '500ms', '10s' or '2m', not '1h'"),
    section(
      "health: {startPeriod: []}",
      "10:23: error: 'startPeriod' must be a duration such as '500ms', '10s' or '2m'"),
    section("health: {successes: 0}", "10:21: error: 'successes' must be a whole number above 0, not '0'"),
    section(
      "health: {status: 399-200}",
      "10:18: error: 'status' must be statuses or ranges of them, such as '200-399,404', not '399-200'"),
    section(
      "health: {status: '200,'}",
      "10:18: error: 'status' must be statuses or ranges of them, such as '200-399,404', not '200,'"),
    section(
      "health: {status: 2xx}",
      "10:18: error: 'status' must be statuses or ranges of them, such as '200-399,404', not '2xx'"),
    section(
      "health: {status: 600}",
      "10:18: error: 'status' must be statuses or ranges of them, such as '200-399,404', not '600'"),
    section("health: {path: healthz}", "10:16: error: 'path' must be a path such as '/healthz', not 'healthz'"),
    section("health: {path: /a b}", "10:16: error: 'path' must be a path such as '/healthz', not '/a b'"),
    section(
      "limits: {memory: 1.5g}", "10:18: error: 'memory' must be an amount of memory such as '512m' or '2g', not '1.5g'"),
    section(
      "limits: {cpus: none}", "10:16: error: 'cpus' must be a number of processor cores such as 1 or 0.5, not 'none'"),
    section("limits: {cpus: 0}", "10:16: error: 'cpus' must be a number of processor cores such as 1 or 0.5, not '0'"),
    section(
      "limits: {cpus: nan}", "10:16: error: 'cpus' must be a number of processor cores such as 1 or 0.5, not 'nan'"),
    section(
      "http: {connections: 0}", "10:21: error: 'connections' must be a whole number from 1 to 65535, not '0'"),
    section(
      "http: {connections: 65536}", "10:21: error: 'connections' must be a whole number from 1 to 65535, not '65536'"),
    section(
      "http: {connections: half}", "10:21: error: 'connections' must be a whole number from 1 to 65535, not 'half'"),
    section("limits: {pids: -1}", "10:16: error: 'pids' must be a whole number above 0, not '-1'"),
    section(
      "stop: {signal: SIGKILL}",
      "10:16: error: 'signal' must be one of SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, not 'SIGKILL'"
    ),
    section(
      "stop: {grace: soon}", "10:15: error: 'grace' must be a duration such as '500ms', '10s' or '2m', not 'soon'"),
    section("stop: {drain: 1441m}", "10:15: error: 'drain' must be a duration up to 1440m"),
  ]

  @Test("numbers, durations, statuses, signals and the health path", arguments: numbers)
  func wrongNumber(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  static let users = ["root", "0:0", "10001", "10001:0", "app:app", "-1:5", "App"].map { user in
    FaultyDescriptor(
      user, DescriptorText.line(8, "run: {command: [httpd], user: \"\(user)\"}"),
      "8:31: error: 'user' must be a user and group in numbers, such as '10001:10001', that are not root's, not '\(user)'"
    )
  }

  @Test("a user that is root, or not in numbers", arguments: users)
  func wrongUser(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  static let paths = [
    FaultyDescriptor(
      "a manifest outside", DescriptorText.line(7, "build: {base: b, manifests: [../x]}"),
      "7:30: error: 'manifests[1]' must be a path inside the app's folder, not '../x'"),
    FaultyDescriptor(
      "an absolute manifest", DescriptorText.line(7, "build: {base: b, manifests: [a, /etc/passwd]}"),
      "7:33: error: 'manifests[2]' must be a path inside the app's folder, not '/etc/passwd'"),
    FaultyDescriptor(
      "a Dockerfile outside", DescriptorText.line(7, "build: {dockerfile: ../Dockerfile}"),
      "7:21: error: 'dockerfile' must be a path inside the app's folder, not '../Dockerfile'"),
    FaultyDescriptor(
      "a searched file outside", DescriptorText.adding("detect:\n  - files: [../x]"),
      "11:13: error: 'files[1]' must be a path inside the app's folder, not '../x'"),
    FaultyDescriptor(
      "a condition outside", DescriptorText.line(7, "build: {base: b, install: [{run: [a], if: ../x}]}"),
      "7:43: error: 'if' must be a path inside the app's folder, not '../x'"),
    FaultyDescriptor(
      "a stack's own file in a folder", DescriptorText.line(7, "build: {base: b, files: {a/b.py: x}}"),
      "7:26: error: 'files' must be a file name of letters, digits, '.', '_' and '-', not 'a/b.py'"),
    FaultyDescriptor(
      "an ignored path", DescriptorText.line(7, "build: {base: b, ignore: [a/b]}"),
      "7:27: error: 'ignore[1]' must be a file name, in which '*' stands for anything, not 'a/b'"),
    FaultyDescriptor(
      "the folder above, as an ignored name", DescriptorText.line(7, "build: {base: b, ignore: [.., /..]}"),
      "7:27: error: 'ignore[1]' must be a file name, in which '*' stands for anything, not '..'",
      "7:31: error: 'ignore[2]' must be a file name, in which '*' stands for anything, not '/..'"),
    FaultyDescriptor(
      "a folder to start in outside", DescriptorText.line(8, "run: {command: [httpd], folder: ../../etc}"),
      "8:33: error: 'folder' must be a path inside the app's folder, not '../../etc'"),
    FaultyDescriptor(
      "an absolute folder to start in", DescriptorText.line(8, "run: {command: [httpd], folder: /etc}"),
      "8:33: error: 'folder' must be a path inside the app's folder, not '/etc'"),
    FaultyDescriptor(
      "a folder to start in above that of a variable",
      DescriptorText.line(8, "run: {command: [httpd], folder: \"${root}/../x\"}")
        + "variables:\n  root: {summary: x, default: a}\n",
      "8:33: error: 'folder' must be a path inside the app's folder, not '${root}/../x'"),
    FaultyDescriptor(
      "pages outside", DescriptorText.line(8, "run: {serve: {folder: ../dist}}"),
      "8:23: error: 'folder' must be a path inside the app's folder, not '../dist'"),
    FaultyDescriptor(
      "a page or hashed files outside",
      DescriptorText.line(8, "run: {serve: {folder: dist, fallback: ../x, hashed: [../x]}}"),
      "8:39: error: 'fallback' must be a file name of letters, digits, '.', '_' and '-', not '../x'",
      "8:54: error: 'hashed[1]' must be a path of letters, digits, '.', '_' and '-', not '../x'"),
    FaultyDescriptor(
      "an exception outside", DescriptorText.line(7, "build: {base: b, compile: [{run: [a], unless: a/../../x}]}"),
      "7:47: error: 'unless' must be a path inside the app's folder, not 'a/../../x'"),
    FaultyDescriptor(
      "a searched folder outside", DescriptorText.adding("detect:\n  - {files: [x], within: ../x}"),
      "11:26: error: 'within' must be a path inside the app's folder, not '../x'"),
    FaultyDescriptor(
      "a searched folder outside, of a variable",
      DescriptorText.adding("variables:\n  a: {summary: x, detect: [{files: [x, ../x], within: /etc}]}"),
      "11:40: error: 'files[2]' must be a path inside the app's folder, not '../x'",
      "11:55: error: 'within' must be a path inside the app's folder, not '/etc'"),
    FaultyDescriptor(
      "a searched folder outside, of advice",
      DescriptorText.adding("advice:\n  - {files: [../x], within: .., value: x}"),
      "11:14: error: 'files[1]' must be a path inside the app's folder, not '../x'",
      "11:29: error: 'within' must be a path inside the app's folder, not '..'"),
  ]

  @Test("paths that lead out of their folder", arguments: paths)
  func wrongPath(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }

  static let expressions = [
    FaultyDescriptor(
      "in a rule", DescriptorText.adding("detect:\n  - {files: [a], match: '(b'}"),
      "11:25: error: 'match' must be a regular expression, not '(b'"),
    FaultyDescriptor(
      "in a variable", DescriptorText.adding("variables:\n  entry: {summary: x, pattern: '['}"),
      "11:32: error: 'pattern' must be a regular expression, not '['"),
  ]

  @Test("regular expressions that are none", arguments: expressions)
  func wrongExpression(descriptor: FaultyDescriptor) {
    #expect(descriptor.found == descriptor.expected)
  }
}
