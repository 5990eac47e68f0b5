import Foundation
import Glibc
import Subprocess
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

/// A Docker engine of a test's own, in a network of its own: one that may be stopped, killed and started again.
final class PrivateDocker: Sendable {
  private let folder: String
  private let network: SupervisedProcess
  private let engine: SupervisedProcess

  var address: String { "unix://\(folder)/docker.sock" }

  init() async throws {
    folder = NSTemporaryDirectory() + "orchestrator-docker-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    network = SupervisedProcess(folder: folder + "/processes/network", program: Program.path)
    engine = SupervisedProcess(folder: folder + "/processes/engine", program: Program.path)
    try await network.start(
      ProcessSpecification(
        command: ["/usr/bin/unshare", "--net", "sleep", "infinity"], environment: [:], folder: "/",
        log: folder + "/network.log",
        stopSignal: "SIGTERM", grace: .seconds(1)), kept: false)
    try await eventually { try await self.run("ip", "link", "set", "lo", "up").status == 0 }
    try await start()
    let images = ["python:3.13-slim", "nginx:1.30"].map(Installation.image)
    let file = folder + "/image.tar"
    try #require(try await Program.run("docker", ["save", "--output", file] + images).status == 0)
    try #require(try await run("docker", "--host", address, "load", "--input", file).status == 0)
    try FileManager.default.removeItem(atPath: file)
  }

  /// Runs a program in the network of the engine.
  func run(_ words: String..., environment: [String: String] = [:]) async throws -> Run {
    try await run(words, environment: environment)
  }

  func run(_ words: [String], environment: [String: String] = [:]) async throws -> Run {
    let process = try #require(network.record()?.process)
    return try await Program.run(
      "nsenter", ["--net=/proc/\(process.id)/ns/net", "--"] + words, environment: environment)
  }

  /// Starts the engine, and returns when it answers.
  func start() async throws {
    let process = try #require(network.record()?.process)
    try await engine.start(
      ProcessSpecification(
        command: [
          "/usr/bin/nsenter", "--net=/proc/\(process.id)/ns/net", "--", "dockerd", "--host", address, "--data-root",
          folder + "/data",
          "--exec-root", folder + "/run", "--pidfile", folder + "/docker.pid",
        ], environment: ["PATH": SystemPrograms.searchPath], folder: "/", log: folder + "/dockerd.log",
        stopSignal: "SIGTERM",
        grace: .seconds(20)), kept: false)
    try await eventually(within: .seconds(60)) {
      try await Program.run("docker", ["--host", self.address, "version"]).status == 0
    }
  }

  /// Stops the engine as a restart of its service does.
  func stop() async throws { try await engine.remove() }

  /// Removes the engine with all that it has.
  func remove() async throws {
    let containers = try await Program.run("docker", ["--host", address, "ps", "--all", "--quiet"]).output
    for container in containers.split(separator: "\n") {
      _ = try await Program.run("docker", ["--host", address, "rm", "--force", String(container)])
    }
    try await stop()
    try await network.remove()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
