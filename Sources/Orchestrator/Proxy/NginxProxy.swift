import Foundation
import Glibc

/// nginx in front of all apps. Its files are made from the store's routes, and can be thrown away and made again.
///
/// Each configuration is a folder of its own, `generations/N`; the link `current` names the one in force. A new one is checked
/// by nginx before the link moves, and counts only once nginx answers with its number.
package struct NginxProxy: ReverseProxy {
  let host: any NginxHost
  let store: Store
  let registry: StackRegistry
  let folder: ProxyFolder
  let transport: any HTTPSender
  var clock: any Clock<Duration> = .continuous
  /// How long nginx may take until a new configuration serves.
  var patience: Duration = .seconds(15)
  /// How long it is at least from one change to the next, for each other app that is being deployed.
  var gathering: Duration = .milliseconds(50)
  var longestGathering: Duration = .seconds(5)

  package func open(for plan: DeploymentPlan) async throws -> ProxyChange? {
    if try await listens(on: plan.publicPort) { return nil }
    try await host.checkAvailable()
    return try await apply(requiring: plan.publicPort)
  }

  private func listens(on port: TCPPort) async throws -> Bool {
    guard try await host.isRunning() else { return false }
    return await listenedPorts(current()).contains(port)
  }

  package func tend() async throws -> String? {
    if folder.wantsNewLogs { try await beginNewLogs() }
    return try await host.tend() ? "the supervisor of nginx was gone; a new one looks after it" : nil
  }

  private func beginNewLogs() async throws {
    try await alone {
      guard try await host.isRunning() else { return }
      for log in folder.fullLogs { log.moveAside() }
      FaultPoint.pass("full logs moved aside")
      try await host.reopenLogs()
    }
  }

  package func apply(requiring required: TCPPort?) async throws -> ProxyChange {
    try await alone {
      var wanted = try await wanted(requiring: required)
      // Whoever goes back, or mends something, does not wait.
      if required != nil, !wanted.isInForce, try await gatherOthers() {
        wanted = try await self.wanted(requiring: required)
      }
      return try await apply(wanted)
    }
  }

  package func reload() async throws -> ProxyChange {
    try await alone {
      var wanted = try await wanted(requiring: nil)
      wanted.isInForce = false
      // Whoever mended what nginx refused wants it tried again.
      wanted.next?.quarantined = []
      return try await apply(wanted)
    }
  }

  package func drain(atMost limit: Duration) async throws -> Bool {
    // Those that others replace from now on do not have the requests that are meant.
    let before = try await host.workers().retiring
    return try await poll(atMost: limit) { try await host.workers().retiring.isDisjoint(with: before) }
  }

  package func announce() async throws {
    try folder.prepare(owner: NginxUser.current)
    // Not with the lock of those who change the configuration, who may wait for each other for a while.
    try await FileLock.holding(folder.expectedHostsLock, clock: clock) {
      folder.expect(try await store.expectedHosts())
    }
  }

  package func stop() async throws { try await alone { try await host.stop() } }

  package func stopIfUnused() async throws {
    try await alone {
      guard try await store.routes().isEmpty, try await store.expectedHosts().isEmpty else { return }
      try await host.stop()
    }
  }

  /// Does `work` while nobody else changes anything.
  private func alone<Value>(_ work: () async throws -> Value) async throws -> Value {
    try folder.prepare(owner: NginxUser.current)
    return try await FileLock.holding(folder.lock, clock: clock, work)
  }
}

/// Making and changing configurations.
extension NginxProxy {
  /// While others deploy as well, lets some time pass since the last change, so that those who switch meanwhile share one reload: the
  /// more they are, the longer. Who is alone does not wait.
  ///
  /// - Returns: whether time has passed.
  private func gatherOthers() async throws -> Bool {
    let others = try await store.leases().values.count(where: \.owner.isAlive) - 1
    guard others > 0, let changed = folder.changedAt else { return false }
    let pause = min(gathering * others, longestGathering)
    let since = Duration.seconds(Date().timeIntervalSince(changed))
    // A clock that was set back would have us wait for as long.
    guard since >= .zero, since < pause else { return false }
    try await clock.sleep(for: pause - since)
    return true
  }

  /// What is to be in force, and whether it is.
  private struct Wanted {
    let running: Bool
    let current: NginxConfiguration?
    /// nil when nobody is served, and nobody is to be.
    var next: NginxConfiguration?
    var usable = PublicPorts.Usable()
    var isInForce = true
  }

  /// Looks at what the routes of the store ask for, while nobody else changes anything.
  private func wanted(requiring required: TCPPort?) async throws -> Wanted {
    let running = try await host.isRunning()
    let routes = try await store.routes()
    let maintenance = try await store.maintenance()
    let current = current()
    // One that does not get all of its ports has some of them for a while; one that never ran is somebody's who was killed.
    if !running, try await host.exists() { try await host.stop() }
    // Nobody is served, and nobody is to be: nginx need not be started for that.
    if !running, routes.isEmpty, required == nil { return Wanted(running: running, current: current) }
    let usable = try ports.usable(
      routes: routes, listened: running ? await listenedPorts(current) : [], requiring: required)
    var next = try await configuration(routes, on: usable.ports, following: current, running: running)
      .keepingQuarantine(of: current)
    next.maintenance = maintenance
    let isInForce =
      if running, let current, current == next, folder.holds(current) {
        await serving(current) == current.generation
      } else { false }
    return Wanted(running: running, current: current, next: next, usable: usable, isInForce: isInForce)
  }

  /// Brings it into force while nobody else changes anything.
  private func apply(_ wanted: Wanted) async throws -> ProxyChange {
    if let current = wanted.current { folder.removeUnfinished(after: current.generation) }
    guard var next = wanted.next else { return ProxyChange(generation: 0) }
    if !wanted.isInForce {
      next.generation = try await store.nextGeneration()
      next.folder = visible.generation(next.generation)
      next = try await bringIntoForce(next, instead: wanted.current, running: wanted.running)
    }
    // Said once, by the deploy that starts nginx; the doctor says it at any time.
    let shortcoming = next.version.shortcoming.map { ["\($0); \(NginxVersion.cure)"] } ?? []
    return ProxyChange(
      generation: next.generation,
      notes: next.quarantined.sentences + (wanted.running ? [] : wanted.usable.notes + shortcoming),
      problems: wanted.usable.problems)
  }

  /// The configuration that the routes ask for, numbered as the current one.
  private func configuration(
    _ routes: [Route], on ports: [TCPPort], following current: NginxConfiguration?, running: Bool
  ) async throws -> NginxConfiguration {
    guard let version = try await version(running ? current : nil) else {
      throw OrchestratorError(.proxyFailed, "nginx did not tell its version")
    }
    let generation = current?.generation ?? 0
    return NginxConfiguration(
      generation: generation, routes: routes, publicPorts: ports, folder: visible.generation(generation),
      runFolder: visible.run, logFolder: visible.logs, version: version, hasIPv6: Self.machineHasIPv6,
      workerShutdownTimeout: registry.stacks.map(\.stop.drain).max() ?? .seconds(30))
  }

  /// nginx's version; one that runs has the version that its configuration was made for.
  private func version(_ running: NginxConfiguration?) async throws -> NginxVersion? {
    if let running { return running.version }
    return NginxVersion(try await host.version())
  }

  /// Checks `next`, has nginx serve it, and goes back to what served before if that fails.
  ///
  /// An nginx that runs although its files are gone does not see new ones: it is started anew once they are checked.
  ///
  /// - Returns: what is in force: without the fast lanes that nginx refuses.
  private func bringIntoForce(
    _ next: NginxConfiguration, instead previous: NginxConfiguration?, running: Bool
  ) async throws -> NginxConfiguration {
    let canReload = running && previous != nil
    var (next, tries) = (next, 0)
    try folder.write(next)
    do {
      while let objection = try await host.objection(to: visible.mainFile(next.generation), usingRunning: canReload) {
        guard let rest = next.leavingOut(refused: objection, after: tries) else {
          throw OrchestratorError(
            .proxyFailed, "nginx refuses the new configuration: \(objection.printableLines)",
            hint: Self.whatServes(running: running))
        }
        (next, tries) = (rest, tries + 1)
        try folder.write(next)
      }
      try folder.makeCurrent(next.generation)
      try await serve(next, reloading: canReload)
    } catch {
      let failure = await explained(error)
      await Task { await goBack(to: previous, from: next, wasRunning: running) }.value
      throw failure
    }
    folder.removeGenerations(except: [next.generation, previous?.generation])
    return next
  }

  private static func whatServes(running: Bool) -> String {
    running
      ? "the configuration before is still in force; please report this"
      : "nginx does not run, and no app is reached: mend what it names, then bring all of them back: orchestrator reconcile"
  }

  private func serve(_ configuration: NginxConfiguration, reloading: Bool) async throws {
    let before = reloading ? try await host.workers().active : []
    if reloading { try await host.reload() } else { try await host.start(configuration: visible.currentMainFile) }
    // The new workers answer a moment before the old ones are told to take no more connections (nginx waits for 100 ms).
    let proven = try await poll(atMost: patience) {
      guard await serving(configuration) == configuration.generation else { return false }
      return try await host.workers().active.isDisjoint(with: before)
    }
    guard !proven else { return }
    throw OrchestratorError(
      .proxyFailed, "nginx does not serve generation \(configuration.generation) after \(patience.brief)",
      hint: Self.whatServes(running: reloading))
  }

  private func goBack(
    to previous: NginxConfiguration?, from failed: NginxConfiguration, wasRunning: Bool
  ) async {
    if let previous, current()?.generation == previous.generation, await serving(previous) == previous.generation {
      // A candidate that nginx refused never was in force: a reload would only cost connections.
    } else if let previous, (try? folder.makeCurrent(previous.generation)) != nil {
      // What does not run for another reason than the new configuration does not start with the old one: nobody waits for it.
      if wasRunning {
        try? await serve(previous, reloading: (try? host.isRunning()) ?? false)
      } else {
        try? await host.start(configuration: visible.currentMainFile)
      }
    } else {
      folder.removeCurrent()
      // One that ran before goes on with what it has, even if we do not know what that is.
      if !wasRunning { try? await host.stop() }
    }
    folder.removeGeneration(failed.generation)
  }

  /// The error with nginx's own last words.
  private func explained(_ error: any Error) async -> any Error {
    guard var failure = error as? OrchestratorError, failure.code == .proxyFailed else { return error }
    let output = (try? await host.lastOutput()) ?? []
    if !output.isEmpty { failure.message += "\n" + output.map { "  | \($0)" }.joined(separator: "\n") }
    return failure
  }
}

/// Looking at what is.
extension NginxProxy {
  private var ports: PublicPorts { PublicPorts(registry: registry) }

  /// The folder as nginx sees it.
  private var visible: ProxyFolder { ProxyFolder(path: host.visibleFolder) }

  /// The configuration in force; one that was made for nginx at another place is of no use here.
  func current() -> NginxConfiguration? {
    folder.current().flatMap { $0.folder == visible.generation($0.generation) ? $0 : nil }
  }

  /// The generation that nginx answers with right now.
  func serving(_ current: NginxConfiguration?) async -> Int? {
    guard let port = current?.publicPorts.first else { return nil }
    return await serving(on: port)
  }

  private func serving(on port: TCPPort) async -> Int? {
    let call = HTTPCall(endpoint: .tcp(host: "127.0.0.1", port: Int(port.number)), path: "/health", host: "localhost")
    guard let answer = try? await transport.send(call, timeout: .seconds(2)), answer.status == 200 else { return nil }
    return (try? JSONDecoder().decode(Health.self, from: answer.body))?.generation
  }

  private struct Health: Decodable {
    let generation: Int
  }

  /// The ports on which our nginx, which runs, listens; if its files are gone, those where it tells its generation.
  private func listenedPorts(_ current: NginxConfiguration?) async -> Set<TCPPort> {
    if let current { return Set(current.publicPorts) }
    var ports: Set<TCPPort> = []
    for port in Set(registry.all.map(\.publicPort)) where await serving(on: port) != nil { ports.insert(port) }
    return ports
  }

  private func poll(atMost limit: Duration, until holds: () async throws -> Bool) async throws -> Bool {
    let start = ContinuousClock.now
    while try await !holds() {
      if ContinuousClock.now - start > limit { return false }
      try await clock.sleep(for: .milliseconds(20))
    }
    return true
  }

  private static var machineHasIPv6: Bool {
    SystemFile.contents("/proc/net/if_inet6").map { !$0.isEmpty } ?? false
  }
}
