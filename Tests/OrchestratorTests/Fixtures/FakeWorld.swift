import Foundation
import GRDB
import Synchronization

@testable import Orchestrator

/// An engine with a real store in a temporary folder, and around it a runtime, a proxy and a network that only remember.
struct FakeWorld: Sendable {
  let folder: StateFolder
  let source: String
  let stack: StackDescriptor
  let otherStack: StackDescriptor
  let store: Store
  let runtime: FakeRuntime
  let proxy: FakeProxy
  let network = FakeNetwork()
  let faults = Faults()
  let events = EventLog()
  let engine: DeploymentEngine

  init(in folder: String) throws {
    self.folder = StateFolder(folder + "/home")
    source = folder + "/source"
    try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
    try "hello".write(toFile: source + "/app.txt", atomically: true, encoding: .utf8)
    stack = .sample("stub", internalPorts: TestPorts.range(of: 4))
    otherStack = .sample("other", publicPort: .number(13000), internalPorts: TestPorts.range(of: 4))
    store = try Store(in: self.folder)
    let proxy = FakeProxy(store: store, faults: faults)
    self.proxy = proxy
    runtime = FakeRuntime(faults: faults, folder: self.folder) { port in
      proxy.routes.contains { $0.internalPort == port }
    }
    var stacks = StackRegistry()
    stacks.append(stack)
    stacks.append(otherStack)
    engine = DeploymentEngine(
      configuration: OrchestratorConfiguration(home: self.folder.path), stacks: stacks, store: store,
      runtimes: Runtimes(docker: runtime, process: runtime),
      proxy: proxy, probe: HealthProbe(transport: network), folder: self.folder)
    network.answers { [faults] _ in
      try await faults.strike(.running(.awaitHealthy))
      return HTTPAnswer(200)
    }
  }

  /// The one runtime, whatever a release asks for.
  var runtimes: Runtimes { Runtimes(docker: runtime, process: runtime) }

  /// Deploys an app, and keeps the events.
  @discardableResult
  func deploy(_ app: AppName = .blog, stack: String = "stub") async throws -> Release {
    try await engine.deploy(AppSpec(name: app, stack: stack, source: source)) { [self] stream in
      for await event in stream { events.append(event) }
    }
  }

  /// The plan that a deployment of the app would have.
  func plan(_ app: AppName = .blog) throws -> DeploymentPlan {
    try DeploymentPlan(
      AppSpec(name: app, stack: "stub", source: source), stack: stack, on: .docker, configuration: engine.configuration)
  }

  /// Has the next deployment fail at a step.
  ///
  /// - Returns: what makes it fail; to be kept until it has.
  func fail(at step: StepName) -> [Listener] {
    switch step {
    case .reservePort:
      return stack.internalPorts.ports.filter { PortProbe.isFree($0) }.map(Listener.init)
    case .awaitHealthy: runtime.workloadsAre(WorkloadState(phase: .exited, exitCode: 3))
    case .buildImage, .startWorkload, .switchRoute: faults.plan(.failing, at: .running(step))
    }
    return []
  }

  /// The release that answers a client which asks for the app.
  func answering(_ app: AppName = .blog) -> String? {
    let port = proxy.routes.first { $0.app == app }?.internalPort
    return runtime.now.workloads.first { $0.value == port }?.key
  }
}

/// Runs `work` in a world that is gone afterwards.
func withWorld(_ work: (FakeWorld) async throws -> Void) async throws {
  try await withTemporaryFolder { try await work(FakeWorld(in: $0.path)) }
}

/// The events that were seen, in their order.
final class EventLog: Sendable {
  private let events = Mutex<[DeploymentEvent]>([])

  var all: [DeploymentEvent] { events.withLock { $0 } }

  var notes: [String] {
    all.compactMap { if case .note(let text) = $0 { text } else { nil } }
  }

  func append(_ event: DeploymentEvent) { events.withLock { $0.append(event) } }
}
