import Foundation
@testable import OrchestratorStacks

@testable import OrchestratorModel

/// Stacks that exist for these tests: apps of bare Python, that build in a moment and give up soon.
enum TestStacks {
  /// The public port of `plain`, before the installation's offset.
  static let plainPort = 9000
  static let tightPort = 9001
  static let installingPort = 9003
  static let crowdedPort = 9004
  /// How many internal ports `crowded` has.
  static let crowdedPorts = Effort.times(100, short: 20)
  /// The public port of `patient`, whose releases have as long for their last requests as those of the stacks that ship.
  static let patientPort = 9007
  /// The public port of `pair`, which is made of `plain` as `api` and `front` as `web`.
  static let pairPort = 9005

  /// The folder with the stacks, written on first use.
  static func folder() -> String { written }

  private static let written: String = {
    let folder = NSTemporaryDirectory() + "orchestrator-test-stacks-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? stack("plain", port: plainPort, internalPorts: "21000-21019").write(
      toFile: folder + "/plain.yaml", atomically: true, encoding: .utf8)
    try? stack("tight", port: tightPort, internalPorts: "21100-21101").write(
      toFile: folder + "/tight.yaml", atomically: true, encoding: .utf8)
    try? stack("front", port: 9006, internalPorts: "21600-21619", role: "frontend").write(
      toFile: folder + "/front.yaml", atomically: true, encoding: .utf8)
    try? stack("patient", port: patientPort, internalPorts: "21700-21719").replacingOccurrences(
      of: "drain: 10s", with: "drain: 30s"
    ).write(toFile: folder + "/patient.yaml", atomically: true, encoding: .utf8)
    try? pair.write(toFile: folder + "/pair.yaml", atomically: true, encoding: .utf8)
    try? stack("crowded", port: crowdedPort, internalPorts: "21500-\(21499 + crowdedPorts)", startPeriod: "120s").write(
      toFile: folder + "/crowded.yaml", atomically: true, encoding: .utf8)
    try? stack("installing", port: installingPort, internalPorts: "21400-21419").replacingOccurrences(
      of: "  compile:",
      with: """
          manifests: [packages.txt]
          install:
            - [python3, -c, "\(installing)"]
          compile:
        """
    ).write(toFile: folder + "/installing.yaml", atomically: true, encoding: .utf8)
    // The Django that ships, but for its name, its ports and its timeout.
    try? BuiltInDescriptor.all.first { $0.fileName == "django.yaml" }?.yaml
      .replacingOccurrences(of: "name: django", with: "name: impatient-django")
      .replacingOccurrences(of: "publicPort: 13000", with: "publicPort: 9002")
      .replacingOccurrences(of: "16000-16099", with: "21300-21319")
      .replacingOccurrences(of: "startPeriod: 90s", with: "startPeriod: 15s")
      .write(toFile: folder + "/impatient-django.yaml", atomically: true, encoding: .utf8)
    return folder
  }()

  private static let pair = """
    apiVersion: orchestrator/v1
    kind: Stack
    name: pair
    summary: Two apps of bare Python as one
    publicPort: \(pairPort)
    components:
      api: {stack: plain, folders: [api], paths: [/api]}
      web: {stack: front, folders: [web]}
    """

  /// Installs a module into a folder beside the manifest, as npm does; a package named `fail` is not to be had.
  private static let installing = [
    "import os, sys", "name = open('packages.txt').read()", "print('installing', name)",
    "name != 'fail' or (print('no such package'), sys.exit(9))", "os.makedirs('modules/' + name)",
  ].joined(separator: "; ")

  private static func stack(
    _ name: String, port: Int, internalPorts: String, startPeriod: String = "4s", role: String = "backend"
  ) -> String {
    """
    apiVersion: orchestrator/v1
    kind: Stack
    name: \(name)
    summary: An app of bare Python
    role: \(role)
    publicPort: \(port)
    internalPorts: \(internalPorts)
    build:
      base: python:3.13-slim
      compile:
        - {run: [python3, build.py], if: build.py}
    run:
      command: [python3, -u, app.py]
    health: {interval: 200ms, startPeriod: \(startPeriod), timeout: 2s}
    stop: {grace: 2s, drain: 10s}
    limits: {memory: 128m, cpus: 0.5, pids: 64}
    """
  }
}
