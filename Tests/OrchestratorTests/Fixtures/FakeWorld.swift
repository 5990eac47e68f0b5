import Foundation
import GRDB
import Synchronization

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorRuntimes
@testable import OrchestratorStacks
@testable import OrchestratorStore
@testable import OrchestratorSystem

/// An engine with a real store in a temporary folder, and around it a runtime, a proxy and a network that only remember.
struct FakeWorld: Sendable {
  let folder: StateFolder
  let source: String
  /// The source of an app of the stack `pair`, with the components `api` and `web`.
  let pair: String
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
    pair = folder + "/pair"
    for file in ["api/app.txt", "web/page.txt"] {
      let path = "\(pair)/\(file)"
      try FileManager.default.createDirectory(atPath: path.parentFolder, withIntermediateDirectories: true)
      try "hello".write(toFile: path, atomically: true, encoding: .utf8)
    }
    stack = .sample("stub", paths: ["/api"], internalPorts: TestPorts.range(of: 4), detectedBy: "app.txt")
    otherStack = .sample("other", publicPort: .number(13000), internalPorts: TestPorts.range(of: 4))
    let pages = StackDescriptor.sample(
      "pages", role: .frontend, internalPorts: TestPorts.range(of: 4), detectedBy: "page.txt")
    store = try Store(in: self.folder)
    let proxy = FakeProxy(store: store, faults: faults)
    self.proxy = proxy
    runtime = FakeRuntime(faults: faults, folder: self.folder) { port in
      proxy.routes.contains { $0.internalPort == port }
    }
    var stacks = StackRegistry()
    stacks.append(.single(stack))
    stacks.append(.single(otherStack))
    stacks.append(.single(pages))
    stacks.append(.composed(.pair))
    engine = DeploymentEngine(
      Installation(
        configuration: OrchestratorConfiguration(home: self.folder.path), loadedStacks: Lazy { [stacks] in stacks },
        store: store,
        runtimes: Runtimes { [runtime] _ in runtime },
        proxy: proxy, probe: HealthProbe(transport: network), folder: self.folder))
    network.answers { _ in HTTPResponse(200) }
  }

  /// The one runtime, whatever a release asks for.
  var runtimes: Runtimes { Runtimes { [runtime] _ in runtime } }

  /// The engine of the same world, with other settings.
  func engine(_ change: (inout OrchestratorConfiguration) -> Void) -> DeploymentEngine {
    var configuration = engine.configuration
    change(&configuration)
    return DeploymentEngine(
      Installation(
        configuration: configuration, loadedStacks: engine.installation.loadedStacks, store: store, runtimes: runtimes,
        proxy: proxy,
        probe: HealthProbe(transport: network), folder: folder))
  }

  /// Deploys an app, and keeps the events.
  @discardableResult
  func deploy(
    _ app: AppName = .blog, stack: String = "stub", instances: Int? = nil, waiting timeout: Duration = .zero
  ) async throws -> Release {
    let instances = try instances.map { try Scale($0) }
    return try await engine.deploy(
      AppSpec(name: app, stack: stack, source: source, instances: instances), waiting: timeout
    ) { [self] stream in
      for await event in stream { events.append(event) }
    }
  }

  /// Scales an app, and keeps the events.
  @discardableResult
  func scale(_ app: AppName = .blog, to instances: Scale) async throws -> Release {
    try await engine.scale(app, to: instances) { [self] stream in
      for await event in stream { events.append(event) }
    }
  }

  /// Deploys an app of two components, and keeps the events.
  @discardableResult
  func deployPair(_ app: AppName = .shop, settings: [String: String] = [:], healthPath: String? = nil) async throws
    -> Release
  {
    let spec = AppSpec(name: app, stack: "pair", source: pair, variables: settings, healthPath: healthPath)
    return try await engine.deploy(spec) { [self] stream in
      for await event in stream { events.append(event) }
    }
  }

  /// Has the store have known of a release of another app, whose record is gone.
  func lose(_ app: String) async throws {
    let plan = try await store.addRelease(plan(AppName(app)))
    try await store.forget(plan.app)
  }

  /// The plan that a deployment of the app would have.
  func plan(_ app: AppName = .blog) throws -> DeploymentPlan {
    DeploymentPlan(
      try ComponentPlan(
        AppSpec(name: app, stack: "stub", source: source), stack: stack, on: .docker,
        configuration: engine.configuration))
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
  private let stream = AsyncStream.makeStream(of: DeploymentEvent.self)

  var all: [DeploymentEvent] { events.withLock { $0 } }

  var notes: [String] {
    all.compactMap { if case .note(let notice) = $0 { notice.text } else { nil } }
  }

  func append(_ event: DeploymentEvent) {
    events.withLock { $0.append(event) }
    stream.continuation.yield(event)
  }

  /// Returns when an event was seen that is meant.
  func untilSeen(_ isMeant: (DeploymentEvent) -> Bool) async {
    for await event in stream.stream where isMeant(event) { return }
  }
}
