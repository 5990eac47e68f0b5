import Foundation
import Subprocess
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorSystem

/// An installation of its own for these tests: names and ports stay clear of one that a person uses on the same machine.
final class Installation: Sendable {
  /// Where the apps run, and nginx.
  let runtime: RuntimeName
  let namespace: String
  /// Moves every port, public and internal, to where nothing else of ours is.
  let portOffset: Int
  /// The number before those of its apps' users, which no two installations on one machine share.
  let firstUser: Int
  let home: String
  let transport = HTTPTransport.shared

  /// Starts from nothing: what an earlier run that was killed left behind is removed first.
  init(on runtime: RuntimeName, namespace: String, portOffset: Int, firstUser: Int, isNetworkIsolated: Bool)
    async throws
  {
    (self.runtime, self.namespace, self.portOffset, self.firstUser) = (runtime, namespace, portOffset, firstUser)
    let above = NSTemporaryDirectory() + "\(namespace)-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(
      atPath: above, withIntermediateDirectories: true,
      attributes: [.posixPermissions: isNetworkIsolated ? 0o700 : 0o755])
    home = above + "/state"
    try await removeContainers()
    try await removeProcesses()
    try? FileManager.default.removeItem(atPath: home)
  }

  // Nobody else may enter the folder above the one for Docker, as with root's home: nginx must get along without.
  private static let docker = Task {
    try await Installation(
      on: .docker, namespace: "orchestrator-test", portOffset: 10_200, firstUser: 210_000, isNetworkIsolated: true)
  }
  private static let process = Task {
    try await Installation(
      on: .process, namespace: "orchestrator-test-p", portOffset: 11_000, firstUser: 220_000, isNetworkIsolated: false)
  }

  /// The one installation that all suites use for the runtime.
  static func on(_ runtime: RuntimeName) async throws -> Installation {
    switch runtime {
    case .docker: try await docker.value
    case .process: try await process.value
    }
  }

  var environment: [String: String] {
    [
      "ORCHESTRATOR_HOME": home, "ORCHESTRATOR_NAMESPACE": namespace, "ORCHESTRATOR_PORT_OFFSET": String(portOffset),
      "ORCHESTRATOR_FIRST_USER": String(firstUser),
      "ORCHESTRATOR_RUNTIME": runtime.rawValue, "ORCHESTRATOR_PROXY_RUNTIME": runtime.rawValue, "NO_COLOR": "1",
    ]
  }

  /// Runs `orchestrator` with these arguments, and with the stacks of these tests.
  func orchestrator(
    _ arguments: String..., environment extra: [String: String] = [:], interruptingAt line: String? = nil
  ) async throws -> Run {
    try await orchestrator(arguments, environment: extra, at: line)
  }

  func orchestrator(
    _ arguments: [String], environment extra: [String: String] = [:], signal: Signal = .interrupt,
    at line: String? = nil
  ) async throws -> Run {
    try await Program.run(
      Program.path, arguments + ["--plugins", TestStacks.folder()],
      environment: environment.merging(extra) { _, new in new },
      signal: signal, at: line)
  }

  /// Deploys an app, or what is in a folder of its source, and expects it to work.
  @discardableResult
  func deploy(
    _ stack: String, _ app: TestApp, in folder: String = "", as name: String, _ options: String...
  ) async throws -> Run {
    let run = try await orchestrator(["deploy", stack, "\(app.folder)/\(folder)", "--subdomain", name] + options)
    try #require(run.status == 0, "\(run.all)")
    return run
  }

  /// Destroys an app; that there is none is fine.
  func destroy(_ name: String) async throws {
    let run = try await orchestrator("destroy", name, "--yes")
    try #require([0, 3].contains(run.status), "\(run.all)")
  }

  /// Destroys whatever a test deployed under these names, however it ends.
  func using<Value: Sendable>(_ names: String..., do work: () async throws -> Value) async throws -> Value {
    let result = await Result(catching: work)
    // Also when the time for the test is over, and each whatever became of the others.
    let failures = await Task {
      var failures: [any Error] = []
      for name in names {
        do { try await destroy(name) } catch { failures.append(error) }
      }
      return failures
    }.value
    // What went wrong first is what is told, also when it kept the apps from being destroyed.
    let value = try result.get()
    if let failure = failures.first { throw failure }
    return value
  }

  /// The image that stands in for `name` on this machine, or the image itself.
  static func image(_ name: String) -> String {
    let pairs = (ProcessInfo.processInfo.environment["ORCHESTRATOR_BASE_IMAGES"] ?? "").split(separator: ",")
    return pairs.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) } ?? name
  }

  private func removeContainers() async throws {
    let label = ["--filter", "label=\(DockerLabels.namespace)=\(namespace)"]
    let containers = try await Program.run("docker", ["ps", "--all", "--quiet"] + label).output.split(separator: "\n")
    if !containers.isEmpty { _ = try await Program.run("docker", ["rm", "--force"] + containers.map(String.init)) }
    let networks = try await Program.run("docker", ["network", "ls", "--quiet"] + label).output.split(separator: "\n")
    if !networks.isEmpty { _ = try await Program.run("docker", ["network", "rm"] + networks.map(String.init)) }
    let images = try await Program.run("docker", ["images", "--quiet"] + label).output.split(separator: "\n")
    if !images.isEmpty { _ = try await Program.run("docker", ["rmi", "--force"] + Set(images.map(String.init))) }
  }

  /// Ends what an earlier run left running.
  private func removeProcesses() async throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
    // Another installation's may begin with the same words, and its own tests remove it.
    for name in names where name.hasPrefix(namespace + "-") && Int(name.dropFirst(namespace.count + 1)) != nil {
      let folder = "\(NSTemporaryDirectory())\(name)/state/processes"
      for process in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        try await SupervisedProcess(folder: "\(folder)/\(process)", program: Program.path).remove()
      }
    }
  }
}

extension Installation {
  /// Stops an app's workload so that nobody starts it again, as a person can.
  func stopWorkload(_ app: String, _ release: ReleaseNumber) async throws {
    let name = "\(namespace)-\(app)-\(release)"
    switch runtime {
    case .docker: try #require(try await Program.run("docker", ["stop", name]).status == 0)
    case .process:
      let process = process(name)
      try FileManager.default.removeItem(atPath: process.folder + "/keep")
      let supervisor = try #require(process.record()?.supervisor)
      kill(pid_t(supervisor.id), SIGTERM)
      try await eventually { !supervisor.isAlive }
    }
  }

  /// A process of this installation by its name.
  func process(_ name: String) -> SupervisedProcess {
    SupervisedProcess(folder: "\(home)/processes/\(name)", program: Program.path)
  }
}

/// Asking as a client does.
extension Installation {
  /// The public port of a stack in this installation.
  func port(_ number: Int) -> Int { number + portOffset }

  /// Sends a request to an app at its stack's public port.
  func get(
    _ name: String, port: Int, path: String = "/", method: String = "GET", headers: [String: String] = [:]
  ) async throws -> HTTPResponse {
    let port = self.port(port)
    let call = HTTPRequest(
      method: method, endpoint: .tcp(host: "127.0.0.1", port: port), path: path, host: "\(name).localhost:\(port)",
      headers: headers)
    return try await transport.send(call, timeout: .seconds(30))
  }

  /// The text of a page that is expected to be there.
  func page(_ name: String, port: Int, path: String = "/") async throws -> String {
    let answer = try await get(name, port: port, path: path)
    #expect(answer.status == 200, "\(answer.headers), \(answer.text)\n\(proxyLog(last: 10))")
    return answer.text
  }

  /// What nginx wrote down last, of requests and of errors.
  private func proxyLog(last count: Int) -> String {
    ["access.log", "error.log"].flatMap { name in
      let text = (try? String(contentsOfFile: "\(home)/proxy/logs/\(name)", encoding: .utf8)) ?? ""
      return text.split(separator: "\n").suffix(count)
    }.joined(separator: "\n")
  }

  /// Runs `work` while clients ask the app all the time, and gives back what they got that was not 200.
  func asking(_ name: String, port: Int, while work: () async throws -> Void) async throws -> [String] {
    let isOver = Atomic(false)
    async let asked = {
      var failures: [String] = []
      var answered = 0
      // The last request counts as well: nobody may be left without an answer.
      while !isOver.load(ordering: .relaxed) {
        switch await Result(catching: { try await self.get(name, port: port) }) {
        case .success(let answer) where answer.status == 200: answered += 1
        case .success(let answer): failures.append("status \(answer.status)")
        case .failure(let error): failures.append("\(error)")
        }
        // A hundred times a second is often enough to meet every change; more would take the processor from what is tried.
        try? await Task.sleep(for: .milliseconds(10))
      }
      return (failures, answered)
    }()
    let result = await Result(catching: work)
    isOver.store(true, ordering: .relaxed)
    let (failures, answered) = await asked
    try result.get()
    #expect(answered > 0)
    return failures
  }
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}
