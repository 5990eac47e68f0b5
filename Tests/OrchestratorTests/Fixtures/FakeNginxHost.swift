import Foundation
import Synchronization

@testable import Orchestrator

/// An nginx that only remembers: what it was told, and which configuration it has read.
final class FakeNginxHost: NginxHost {
  struct Condition: Sendable {
    var calls: [String] = []
    var isRunning = false
    var version = "nginx version: nginx/1.30.6"
    /// What it says against every candidate.
    var objection: String?
    /// Generations that it does not bring up.
    var stuckAt: Set<Int> = []
    /// The configuration that it has read.
    var serving: Int?
    var retiringWorkers = 0
    var folder = ""
    /// How many calls are under way, and the most there ever were.
    var underWay = 0
    var mostUnderWay = 0
  }

  private let condition = Mutex(Condition())

  var now: Condition { condition.withLock { $0 } }

  func set(_ change: (inout Condition) -> Void) { condition.withLock { change(&$0) } }

  func isRunning() async throws -> Bool { now.isRunning }

  func version() async throws -> String { now.version }

  func start(configuration path: String) async throws {
    set { $0.folder = (path as NSString).deletingLastPathComponent }
    note("start")
    set { $0.isRunning = true }
    read()
  }

  func reload() async throws {
    note("reload")
    read()
  }

  func stop() async throws {
    note("stop")
    set { ($0.isRunning, $0.serving) = (false, nil) }
  }

  func objection(to path: String) async throws -> String? {
    set {
      $0.underWay += 1
      $0.mostUnderWay = max($0.mostUnderWay, $0.underWay)
    }
    await Task.yield()
    set { $0.underWay -= 1 }
    note("check")
    return now.objection
  }

  func retiringWorkers() async throws -> Int { now.retiringWorkers }

  func lastOutput() async throws -> [String] { ["[emerg] the last words"] }

  private func note(_ call: String) { set { $0.calls.append(call) } }

  /// Reads the configuration that is current, as nginx does at its start and on SIGHUP.
  private func read() {
    set { condition in
      guard
        let generation = ProxyFolder(path: (condition.folder as NSString).deletingLastPathComponent).current()?
          .generation,
        !condition.stuckAt.contains(generation)
      else { return }
      condition.serving = generation
    }
  }
}
