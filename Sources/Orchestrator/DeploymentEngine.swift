import Foundation

/// Deploys apps and looks after them: the face of the library, and all that the command line uses.
///
/// An engine holds no state of its own. Any number of engines, in any number of processes, can use one state folder.
public struct DeploymentEngine: Sendable {
  /// The settings that the engine was made with.
  public let configuration: OrchestratorConfiguration
  /// The stacks that apps can be deployed to.
  public let stacks: StackRegistry

  let store: Store
  let runtime: any WorkloadRuntime
  let proxy: any ReverseProxy
  let probe: HealthProbe
  let folder: StateFolder

  /// Opens the state folder, which is made if it is not there, and loads the stacks. Nothing is contacted yet.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable`, `state_too_new`, `state_unreadable` or `invalid_input`.
  public init(_ configuration: OrchestratorConfiguration) throws {
    try configuration.check()
    let folder = StateFolder(configuration.home)
    let store = try Store(in: folder)
    let stacks = Self.loadStacks(configuration)
    let transport = HTTPTransport()
    let client = DockerClient(address: try DockerAddress(configuration.dockerHost), transport: transport)
    let commands = ChildProcessRunner()
    let nginx = NginxContainer(
      client: client, commands: commands,
      image: configuration.baseImages[configuration.proxyImage] ?? configuration.proxyImage,
      name: "\(configuration.namespace)-proxy", namespace: configuration.namespace, folder: folder.proxy)
    self.init(
      configuration: configuration, stacks: stacks, store: store,
      runtime: DockerRuntime(client: client, namespace: configuration.namespace, commands: commands),
      proxy: NginxProxy(
        host: nginx, store: store, registry: stacks, folder: ProxyFolder(path: folder.proxy), transport: transport),
      probe: HealthProbe(transport: transport), folder: folder)
  }

  init(
    configuration: OrchestratorConfiguration, stacks: StackRegistry, store: Store, runtime: any WorkloadRuntime,
    proxy: any ReverseProxy, probe: HealthProbe, folder: StateFolder
  ) {
    self.configuration = configuration
    self.stacks = stacks
    self.store = store
    self.runtime = runtime
    self.proxy = proxy
    self.probe = probe
    self.folder = folder
  }

  /// Loads the stacks that `configuration` names: the built-in ones, those of `<home>/plugins`, and those of its plugin folders.
  ///
  /// Needs no state folder; what is broken stands in the registry's diagnostics.
  public static func loadStacks(_ configuration: OrchestratorConfiguration) -> StackRegistry {
    StackRegistry(
      pluginFolders: [StateFolder(configuration.home).plugins] + configuration.pluginFolders,
      portOffset: configuration.portOffset)
  }
}

/// Deploying and destroying.
extension DeploymentEngine {
  /// Deploys an app, and returns when the new release serves and the one before is retired.
  ///
  /// When a step fails, or the calling task is cancelled, everything that was made is undone first, and the release that served
  /// before has never stopped serving.
  ///
  /// - Parameters:
  ///   - app: what to deploy.
  ///   - observe: is given the events as they happen; it ends when the sequence does.
  /// - Returns: the release that serves now.
  /// - Throws: ``OrchestratorError``; its `rollback` says what was undone, once something had been begun.
  @discardableResult
  public func deploy(
    _ app: AppSpec, observe: @escaping @Sendable (DeploymentEvents) async -> Void = { _ in }
  ) async throws -> Release {
    let plan = try DeploymentPlan(app, stack: stacks.stack(named: app.stack), configuration: configuration)
    let (stream, events) = AsyncStream.makeStream(of: DeploymentEvent.self)
    // An observer that was cancelled with us would not see how everything is undone.
    let observer = Task { await observe(DeploymentEvents(stream: stream)) }
    let result = await Result(catching: {
      try await holdingLease(of: plan.app, for: .deploy, report: { events.yield($0) }) {
        try await deploy(plan, report: { events.yield($0) })
      }
    })
    events.finish()
    await observer.value
    return try result.get()
  }

  private func deploy(_ plan: DeploymentPlan, report: @escaping EventSink) async throws -> Release {
    try await refuseOtherStack(plan)
    try await runtime.checkAvailable()
    try await proxy.checkPublicPort(of: plan.stack)
    let plan = try await store.addRelease(plan)
    report(
      .started(
        app: plan.app, stack: plan.stack.name, release: plan.release, source: plan.sourceFolder, runtime: runtime.name))
    for text in plan.advice { report(.note(text)) }
    let release = try await pipeline(report).deploy(plan)
    // The new release serves: what is left to do is done, whatever becomes of our task.
    await Task { await retirement(report).run(plan.app) }.value
    return release
  }

  private func refuseOtherStack(_ plan: DeploymentPlan) async throws {
    guard let live = try await store.liveRelease(of: plan.app), live.plan.stack.name != plan.stack.name else { return }
    throw OrchestratorError(
      .conflict,
      "the subdomain \(plan.app.description.quoted) is in use by an app of the stack \(live.plan.stack.name.description.quoted), which still serves",
      hint: "choose another subdomain, or destroy that app first: orchestrator destroy \(plan.app)")
  }

  /// Removes an app with all its releases: its route first, then what runs, its images and its logs.
  ///
  /// - Returns: what could not be removed, one sentence each; the app is gone all the same.
  /// - Throws: ``OrchestratorError`` with the code `not_found` or `busy`, or what the runtime or the proxy says.
  @discardableResult
  public func destroy(_ app: AppName) async throws -> [String] {
    guard try await !store.releases(of: app).isEmpty else { throw noApp(app) }
    return try await holdingLease(of: app, for: .destroy, report: { _ in }) {
      try await runtime.checkAvailable()
      // An app that is half destroyed is of use to nobody: once begun, it is done to the end.
      return try await Task { try await removeEverything(of: app) }.value
    }
  }

  /// Removes all that an app has; gives back what could not be removed.
  private func removeEverything(of app: AppName) async throws -> [String] {
    try await store.setRoutes([], of: app)
    _ = try await proxy.apply(requiring: nil)
    var left: [String] = []
    for row in try await store.releases(of: app) {
      try await runtime.remove(row.plan.workload)
      do {
        try await runtime.removeImage(row.plan.image)
      } catch let error as OrchestratorError where error.code == .conflict {
        left.append(error.message)
      }
    }
    try await store.forget(app)
    try? FileManager.default.removeItem(atPath: folder.releases(of: app))
    return left
  }

  /// Runs `work` while nobody else can change the app; what was begun before and never ended is undone first.
  private func holdingLease<Value: Sendable>(
    of app: AppName, for operation: Lease.Operation, report: @escaping EventSink, _ work: () async throws -> Value
  ) async throws -> Value {
    try await store.takeLease(of: app, for: operation)
    let result = await Result(catching: {
      try await recover(app, report: report)
      return try await work()
    })
    // A lease must not outlive a cancelled task.
    await Task { try? await store.giveBackLease(of: app) }.value
    return try result.get()
  }

  /// Undoes what a process left that died, or that could not undo everything: with the lease ours, nobody else is at it.
  private func recover(_ app: AppName, report: @escaping EventSink) async throws {
    for row in try await store.releases(of: app) where row.state == .preparing {
      let rollback = await pipeline(report).undoInterrupted(row)
      let outcome = rollback.leftBehind.isEmpty ? "undone" : rollback.leftBehind.joined(separator: "; ")
      report(.note("recovered: \(app) \(row.plan.release) was interrupted; \(outcome)"))
    }
  }

  private func pipeline(_ report: @escaping EventSink) -> DeployPipeline {
    DeployPipeline(store: store, runtime: runtime, proxy: proxy, probe: probe, folder: folder, report: report)
  }

  private func retirement(_ report: @escaping EventSink) -> Retirement {
    Retirement(
      store: store, runtime: runtime, proxy: proxy, folder: folder, keptReleases: configuration.keepReleases,
      report: report)
  }
}

/// Looking.
extension DeploymentEngine {
  /// How every app is that serves or is being deployed, by name.
  public func list() async throws -> [AppStatus] {
    let leases = try await store.leases()
    var apps: [AppStatus] = []
    for name in try await store.appNames().compactMap({ try? AppName($0) }) {
      let rows = try await store.releases(of: name)
      guard let row = rows.first(where: { $0.state == .live }) ?? rows.first(where: { $0.state == .preparing }) else {
        continue
      }
      apps.append(await status(row, lease: leases[name.description]))
    }
    return apps
  }

  /// How one app is, also when it never was live.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found`.
  public func status(of app: AppName) async throws -> AppStatus {
    let rows = try await store.releases(of: app)
    guard let row = rows.first(where: { $0.state == .live }) ?? rows.first else { throw noApp(app) }
    return await status(row, lease: try await store.leases()[app.description])
  }

  private func status(_ row: ReleaseRow, lease: Lease?) async -> AppStatus {
    let release = row.release
    let workload = await Result(catching: { try await runtime.state(of: row.plan.workload) })
    var status = AppStatus(
      app: release.app, stack: release.stack, state: .unknown, release: release.number, url: release.url,
      port: release.port, image: release.image, source: release.source, liveAt: release.liveAt)
    if case .success(let state) = workload {
      status.state = AppStatus.State(release.state, state)
      status.startedAt = state?.startedAt
      status.restarts = state?.restarts
      status.exitCode = state?.exitCode
    }
    let lease = lease.flatMap { $0.owner.isAlive ? $0 : nil }
    // Nobody is at it any more; what is left of it is undone by the next command that changes the app.
    if status.state == .deploying, lease == nil { status.state = .failed }
    if let lease {
      status.underWay = [lease.operation.rawValue, lease.release.map { "v\($0)" }, lease.step].compactMap(\.self)
        .joined(separator: " ")
    }
    return status
  }

  /// What the proxy does.
  public func proxyStatus() async throws -> ProxyStatus { try await proxy.status() }

  func noApp(_ app: AppName) -> OrchestratorError {
    OrchestratorError(.notFound, "there is no app \(app.description.quoted)", hint: "orchestrator list shows the apps")
  }
}

extension AppStatus.State {
  fileprivate init(_ release: Release.State, _ workload: WorkloadState?) {
    switch (release, workload?.phase) {
    case (.live, .running?): self = .running
    case (.live, .restarting?): self = .restarting
    case (.live, .exited?), (.live, .created?): self = .stopped
    case (.live, nil): self = .missing
    case (.preparing, _): self = .deploying
    default: self = .failed
    }
  }
}

/// The events of one deployment, in their order; the sequence ends with the deployment.
public struct DeploymentEvents: AsyncSequence, Sendable {
  let stream: AsyncStream<DeploymentEvent>

  /// Begins to read; one reader at a time.
  public func makeAsyncIterator() -> AsyncStream<DeploymentEvent>.Iterator { stream.makeAsyncIterator() }
}
