import Foundation
import Synchronization

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

/// An nginx that only remembers: what it was told, and which configuration it has read.
final class FakeNginxHost: NginxHost {
  struct Condition: Sendable {
    var calls: [String] = []
    var isRunning = false
    /// Whether it is started again and again, in vain.
    var isTrying = false
    /// Why it cannot be started here, or cannot be run at all.
    var unavailable: String?
    /// Whether whoever would run it does not answer.
    var isUnreachable = false
    var version = "nginx version: nginx/1.30.6"
    /// As whom it is started, and as whom it was, as far as it is there.
    var newUser = NginxUser.new(firstUser: 30_000)
    var user: NginxUser?
    /// How many files it may have open; nil when that cannot be seen.
    var openFiles: Int? = 65536
    /// What it says against every candidate.
    var objection: String?
    /// What it says against the next candidate only.
    var passingObjection: String?
    /// Apps whose server block it refuses, if a candidate has one.
    var refusedLanes: [String] = []
    /// Whether it refuses whatever has server blocks of apps, without naming one.
    var refusesAllLanes = false
    /// Generations that it does not bring up.
    var stuckAt: Set<Int> = []
    /// The configuration that it has read.
    var serving: Int?
    var workers = NginxWorkers()
    /// How many calls are under way, and the most there ever were.
    var underWay = 0
    var mostUnderWay = 0
  }

  private let condition = Mutex(Condition())
  let visibleFolder: String
  let runtime: RuntimeName

  init(folder: String, runtime: RuntimeName = .docker) { (visibleFolder, self.runtime) = (folder, runtime) }

  var now: Condition { condition.withLock { $0 } }

  func set(_ change: (inout Condition) -> Void) { condition.withLock { change(&$0) } }

  var newUser: NginxUser { now.newUser }

  func presentUser() async throws -> NginxUser? { now.user }

  func openFiles() async throws -> Int? { now.openFiles }

  func checkAvailable() async throws {
    if let reason = now.unavailable { throw OrchestratorError(.proxyFailed, reason) }
  }

  func exists() async throws -> Bool {
    let isRunning = try await isRunning()
    return isRunning || now.isTrying
  }

  func isRunning() async throws -> Bool {
    if now.isUnreachable { throw OrchestratorError(.runtimeUnavailable, "the test said so") }
    return now.isRunning
  }

  func version() async throws -> String { now.version }

  func start(configuration path: String) async throws {
    note("start")
    try ProxyFolder(path: visibleFolder).give(to: newUser)
    set { ($0.isRunning, $0.user) = (true, $0.newUser) }
    read()
  }

  func reload() async throws {
    note("reload")
    read()
  }

  func reopenLogs() async throws { note("reopen logs") }

  func stop() async throws {
    note("stop")
    set { ($0.isRunning, $0.isTrying, $0.serving, $0.user) = (false, false, nil, nil) }
  }

  func repair() async throws -> Bool { false }

  func validationError(for path: String, usingRunning: Bool) async throws -> String? {
    set {
      $0.underWay += 1
      $0.mostUnderWay = max($0.mostUnderWay, $0.underWay)
    }
    await Task.yield()
    set { $0.underWay -= 1 }
    note(usingRunning || !now.isRunning ? "check" : "check anew")
    if let passing = now.passingObjection {
      set { $0.passingObjection = nil }
      return passing
    }
    let lanes = now.refusedLanes.map { "\(path.parentFolder)/apps/\($0).conf" }
    let refused = lanes.first { FileManager.default.fileExists(atPath: $0) }
    if now.refusesAllLanes, !FileManager.default.names(in: path.parentFolder + "/apps").isEmpty {
      return "nginx: [emerg] too many"
    }
    return now.objection ?? refused.map { "nginx: [emerg] unknown directive \"x\" in \($0):3" }
  }

  func workers() async throws -> NginxWorkers { now.workers }

  func lastOutput() async throws -> [String] { ["[emerg] the last words"] }

  private func note(_ call: String) { set { $0.calls.append(call) } }

  /// Reads the configuration that is current, as nginx does at its start and on SIGHUP; new workers take over.
  private func read() {
    guard let generation = ProxyFolder(path: visibleFolder).current()?.generation else { return }
    set { condition in
      guard !condition.stuckAt.contains(generation) else { return }
      condition.serving = generation
      condition.workers.active = [condition.calls.count]
    }
  }
}
