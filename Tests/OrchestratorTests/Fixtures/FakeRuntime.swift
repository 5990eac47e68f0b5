import Synchronization

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorRuntimes
@testable import OrchestratorSystem

/// A runtime that only remembers: images and workloads are names in a set.
final class FakeRuntime: WorkloadRuntime {
  struct Contents: Sendable {
    var images: Set<String> = []
    /// The ports on which workloads listen, by workload.
    var workloads: [String: TCPPort] = [:]
    var kept: Set<String> = []
    /// Workloads whose supervisor is gone.
    var untended: Set<String> = []
    /// Images that were removed while something was to run.
    var imagesRemovedInUse: [String] = []
    /// Workloads that were removed while clients were still sent to them.
    var removedWhileServing: [String] = []
  }

  private let contents = Mutex(Contents())
  private let workloadState = Mutex(WorkloadState(phase: .running))
  private let output = Mutex(["hello from the app"])
  private let available = Mutex(true)
  private let found = Mutex<ListenerReport?>(nil)
  private let buildSize = Mutex(1000)
  /// What runs as the user of the app of a number, and cannot be ended.
  private let strays = Mutex<[Int: [ProcessEntry]]>([:])
  private let left = Mutex<[String]>([])
  private let isAllBuilt = Mutex(false)
  private let isolated = Mutex<Isolation?>(nil)
  private let folder: StateFolder
  private let isServing: @Sendable (TCPPort) -> Bool
  let faults: Faults
  let sourceRules = SourceRules(heedsIgnoreFiles: false)

  init(faults: Faults, folder: StateFolder, isServing: @escaping @Sendable (TCPPort) -> Bool = { _ in false }) {
    self.faults = faults
    self.folder = folder
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

  /// Where every workload listens from now on.
  func workloadsListen(_ report: ListenerReport) { found.withLock { $0 = report } }

  /// From now on nobody can use it.
  func isUnavailable() { available.withLock { $0 = false } }

  func checkAvailable() async throws {
    guard available.withLock({ $0 }) else { throw OrchestratorError(.runtimeUnavailable, "the test said so") }
  }

  /// From now on no build has anything to do.
  func everythingIsBuilt() { isAllBuilt.withLock { $0 = true } }

  func isBuilt(_ plan: ComponentPlan, context: String, before: ComponentPlan?) async throws -> Bool {
    before != nil && isAllBuilt.withLock { $0 }
  }

  func build(_ plan: ComponentPlan, context: String, receive: (String) async -> Void) async throws -> String {
    contents.withLock { _ = $0.images.insert(plan.image) }
    await receive("built \(plan.image)")
    try await faults.strike(.running(.buildImage), of: plan.component)
    return "image \(plan.image)"
  }

  func hasBuild(of plan: ComponentPlan) async throws -> Bool { now.images.contains(plan.image) }

  func reuseBuild(of plan: ComponentPlan) async throws -> String {
    try await faults.strike(.running(.buildImage), of: plan.component)
    return "image \(plan.image)"
  }

  func removeRelease(of plan: ComponentPlan) async throws {}

  func releaseSize(of plan: ComponentPlan) async throws -> Int { 0 }

  func removeBuild(of plan: ComponentPlan) async throws {
    try await checkAvailable()
    try await faults.strike(.undoing(.buildImage), of: plan.component)
    contents.withLock { contents in
      guard contents.images.remove(plan.image) != nil else { return }
      if contents.workloads.keys.contains(where: { $0.contains("-\(plan.app)-") }) {
        contents.imagesRemovedInUse.append(plan.image)
      }
    }
  }

  func check(_ plan: ComponentPlan) async throws {}

  func trustedCertificates(of plan: ComponentPlan) async throws -> String? { nil }

  func undoStart(of workload: WorkloadPlan) async throws { try await remove(workload) }

  func buildFolder() async -> String? { folder.path }

  func buildSize(of plan: ComponentPlan) async throws -> Int { buildSize.withLock { $0 } }

  /// How much every build has taken.
  func buildsTake(_ bytes: Int) { buildSize.withLock { $0 = bytes } }

  func start(_ workload: WorkloadPlan, on port: TCPPort) async throws -> [Notice] {
    contents.withLock { $0.workloads[workload.name] = port }
    try await faults.strike(.running(.startWorkload), of: workload.component)
    return []
  }

  func keepRunning(_ workload: WorkloadPlan) async throws { contents.withLock { _ = $0.kept.insert(workload.name) } }

  func repair(_ workload: WorkloadPlan) async throws -> Notice? {
    contents.withLock { $0.untended.remove(workload.name) }.map { _ in workload.restarted("it was tended") }
  }

  func resume(_ workload: WorkloadPlan, on port: TCPPort) async throws -> Notice? {
    guard PortProbe.isFree(port) else { throw OrchestratorError(.startFailed, "port \(port) is taken") }
    try await faults.strike(.running(.startWorkload), of: workload.component)
    let before = contents.withLock { $0.workloads.updateValue(port, forKey: workload.name) }
    return before == nil ? workload.restarted("it was started again") : nil
  }

  func state(of workload: WorkloadPlan) async throws -> WorkloadState? {
    try await faults.strike(.running(.awaitHealthy), of: workload.component)
    return now.workloads[workload.name] == nil ? nil : workloadState.withLock { $0 }
  }

  func address(on port: TCPPort) -> SocketEndpoint { .loopback(port) }

  func listeners(of workload: WorkloadPlan, on port: TCPPort) async -> ListenerReport? { found.withLock { $0 } }

  func logs(of workload: WorkloadPlan, tail: Int?, follow: Bool, receive: (String) async throws -> Void) async throws {
    let lines = output.withLock { $0 }
    for line in lines.suffix(tail ?? lines.count) { try await receive(line) }
  }

  func ownedResources() async throws -> [OwnedResource] {
    let now = now
    return now.images.sorted().map { name in
      OwnedResource(kind: .image, name: name) { [self] in leave { $0.images.remove(name) } }
    }
      + now.workloads.keys.sorted().map { name in
        OwnedResource(kind: .container, name: name) { [self] in leave { $0.workloads[name] = nil } }
      }
  }

  /// From now on these run as the user of the app of that number.
  func leaves(_ processes: [ProcessEntry], of number: Int) { strays.withLock { $0[number] = processes } }

  func strays(ofApps numbers: [Int]) async -> [ProcessEntry] {
    strays.withLock { strays in numbers.flatMap { strays[$0] ?? [] } }
  }

  func endProcesses(ofApp number: Int) async throws {
    let left = await strays(ofApps: [number])
    if !left.isEmpty { throw ProcessTree.failure(left, "the app's own user") }
  }
  func remnants() async -> [String] { left.withLock { $0 } }

  /// What runs that was made from the state folder before that knew nothing.
  func hasRemnants(_ names: [String]) { left.withLock { $0 = names } }
  func isolation() async throws -> Isolation? { isolated.withLock { $0 } }

  /// How far workloads are kept apart.
  func isIsolated(_ isolation: Isolation?) { isolated.withLock { $0 = isolation } }

  func run(_ command: OneOffCommand, receive: @Sendable (String) async -> Void) async throws -> Int {
    await receive(command.words.joined(separator: " "))
    return 0
  }

  func limits(of workload: WorkloadPlan) -> String { "none" }

  func saveLogs(of workload: WorkloadPlan) async {
    guard now.workloads[workload.name] != nil, let log = try? LogFile(folder.appLog(workload)) else {
      return
    }
    for line in output.withLock({ $0 }) { log.append(line) }
  }

  func remove(_ workload: WorkloadPlan) async throws {
    try await faults.strike(.undoing(.startWorkload), of: workload.component)
    contents.withLock { contents in
      guard let port = contents.workloads.removeValue(forKey: workload.name) else { return }
      if isServing(port) { contents.removedWhileServing.append(workload.name) }
    }
  }
}
