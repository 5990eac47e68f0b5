import Synchronization

@testable import Orchestrator

/// A runtime that only remembers: images and workloads are names in a set.
final class FakeRuntime: WorkloadRuntime {
  struct Contents: Sendable {
    var images: Set<String> = []
    /// The ports on which workloads listen, by workload.
    var workloads: [String: TCPPort] = [:]
    var kept: Set<String> = []
    /// Workloads that were removed while clients were still sent to them.
    var removedWhileServing: [String] = []
  }

  private let contents = Mutex(Contents())
  private let workloadState = Mutex(WorkloadState(phase: .running))
  private let output = Mutex(["hello from the app"])
  private let isServing: @Sendable (TCPPort) -> Bool
  let faults: Faults
  let name = "fake"

  init(faults: Faults, isServing: @escaping @Sendable (TCPPort) -> Bool = { _ in false }) {
    self.faults = faults
    self.isServing = isServing
  }

  var now: Contents { contents.withLock { $0 } }

  /// Puts something there that a deployment of another process has made.
  func leave(_ change: (inout Contents) -> Void) { contents.withLock { change(&$0) } }

  /// What every workload is doing from now on, and what it has printed.
  func workloadsAre(_ state: WorkloadState, printing lines: [String] = []) {
    workloadState.withLock { $0 = state }
    output.withLock { $0 = lines }
  }

  func checkAvailable() async throws {}

  func build(_ plan: DeploymentPlan, context: String, receive: (String) async -> Void) async throws {
    contents.withLock { _ = $0.images.insert(plan.image) }
    await receive("built \(plan.image)")
    try await faults.strike(.running(.buildImage))
  }

  func removeImage(_ image: String) async throws {
    try await faults.strike(.undoing(.buildImage))
    contents.withLock { _ = $0.images.remove(image) }
  }

  func start(_ plan: DeploymentPlan, on port: TCPPort) async throws -> [String] {
    contents.withLock { $0.workloads[plan.workload] = port }
    try await faults.strike(.running(.startWorkload))
    return []
  }

  func keepRunning(_ workload: String) async throws { contents.withLock { _ = $0.kept.insert(workload) } }

  func state(of workload: String) async throws -> WorkloadState? {
    now.workloads[workload] == nil ? nil : workloadState.withLock { $0 }
  }

  func listeners(of workload: String, plan: DeploymentPlan) async -> ListenerReport? { nil }

  func logs(of workload: String, tail: Int?, follow: Bool, receive: (String) async throws -> Void) async throws {
    let lines = output.withLock { $0 }
    for line in lines.suffix(tail ?? lines.count) { try await receive(line) }
  }

  func remove(_ workload: String) async throws {
    try await faults.strike(.undoing(.startWorkload))
    contents.withLock { contents in
      guard let port = contents.workloads.removeValue(forKey: workload) else { return }
      if isServing(port) { contents.removedWhileServing.append(workload) }
    }
  }
}
