import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStacks
@testable import OrchestratorStore
@testable import OrchestratorSystem

/// Puts something into a file of nginx's configuration that it does not know.
private func spoil(_ file: String) throws {
  try "server { nonsense; }\n".write(toFile: file, atomically: false, encoding: .utf8)
}

/// nginx as it is, but for one app's server block, which somebody spoils before it is checked.
struct SpoilingHost: NginxHost {
  let host: any NginxHost
  let app: String
  let folder: String

  func validationError(for path: String, usingRunning: Bool) async throws -> String? {
    let generation = (path as NSString).deletingLastPathComponent.split(separator: "/").last ?? ""
    let lane = "\(folder)/generations/\(generation)/apps/\(app).conf"
    if FileManager.default.fileExists(atPath: lane) {
      try spoil(lane)
    }
    return try await host.validationError(for: path, usingRunning: usingRunning)
  }

  var runtime: RuntimeName { host.runtime }
  var visibleFolder: String { host.visibleFolder }
  var newUser: NginxUser { host.newUser }
  func presentUser() async throws -> NginxUser? { try await host.presentUser() }
  func openFiles() async throws -> Int? { try await host.openFiles() }
  func checkAvailable() async throws { try await host.checkAvailable() }
  func exists() async throws -> Bool { try await host.exists() }
  func isRunning() async throws -> Bool { try await host.isRunning() }
  func version() async throws -> String { try await host.version() }
  func start(configuration path: String) async throws { try await host.start(configuration: path) }
  func reload() async throws { try await host.reload() }
  func reopenLogs() async throws { try await host.reopenLogs() }
  func stop() async throws { try await host.stop() }
  func repair() async throws -> Bool { try await host.repair() }
  func workers() async throws -> NginxWorkers { try await host.workers() }
  func lastOutput() async throws -> [String] { try await host.lastOutput() }
}

/// What a person can do to nginx behind our back, and see of it.
extension Installation {
  /// Ends nginx in a way that nobody starts it again.
  func stopNginx() async throws {
    let name = "\(namespace)-proxy"
    switch runtime {
    case .docker: try #require(try await Program.run("docker", ["stop", name]).status == 0)
    case .process:
      let process = process(name)
      try await killSupervisor(of: process)
      await process.members.killAll()
    }
  }

  /// The proxy of this installation, with another way to nginx.
  func proxy(_ change: (any NginxHost) -> any NginxHost) throws -> NginxProxy {
    var configuration = OrchestratorConfiguration(home: home)
    (configuration.namespace, configuration.portOffset) = (namespace, portOffset)
    configuration.proxyImage = Installation.image(configuration.proxyImage)
    configuration.pluginFolders = [TestStacks.folder()]
    configuration.program = Program.path
    let proxy = try #require(try DeploymentEngine(configuration).proxy as? ProxySelector)
    let own = runtime == .docker ? proxy.container : proxy.process
    return NginxProxy(
      host: change(own.host), sites: own.sites, ports: own.ports, folder: own.folder, transport: own.transport)
  }

  /// Ends nginx at once, as the kernel does that has no memory left.
  func killNginx() async throws { kill(pid_t(try await nginxMaster()), SIGKILL) }

  /// Breaks the file of an app's server block, as a person can.
  func breakServerBlock(of app: String) throws { try spoil("\(home)/proxy/current/apps/\(app).conf") }

  /// Has nginx read its files again without one app's server block, and waits until it has.
  func removeServerBlock(of app: String) async throws {
    try FileManager.default.removeItem(atPath: "\(home)/proxy/current/apps/\(app).conf")
    let before = try await nginxWorkers()
    try await tellNginxToReload()
    try await eventually {
      let now = try await nginxWorkers()
      return !now.isEmpty && now.isDisjoint(with: before)
    }
  }

  /// The processes of nginx that take requests.
  private func nginxWorkers() async throws -> Set<Int> { NginxWorkers(of: try await nginxMaster()).active }

  func nginxMaster() async throws -> Int { try #require(try await nginxMasterIfAny()) }

  /// The first process of nginx; nil while none runs.
  func nginxMasterIfAny() async throws -> Int? {
    switch runtime {
    case .docker:
      let details = try await Program.run("docker", ["inspect", "--format", "{{.State.Pid}}", "\(namespace)-proxy"])
      return Int(details.output.trimmingCharacters(in: .whitespacesAndNewlines)).flatMap { $0 > 0 ? $0 : nil }
    case .process: return process("\(namespace)-proxy").record()?.process?.id
    }
  }

  /// Has nginx read its files again, as a person can who does not look first.
  func tellNginxToReload() async throws { kill(pid_t(try await nginxMaster()), SIGHUP) }

  /// Whether nginx has written these words into its log of errors.
  func nginxSaid(_ words: String) -> Bool {
    (try? String(contentsOfFile: home + "/proxy/logs/error.log", encoding: .utf8))?.contains(words) ?? false
  }
}
