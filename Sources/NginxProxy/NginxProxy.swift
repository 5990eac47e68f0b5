import Foundation
import Glibc
package import OrchestratorDockerEngine
package import OrchestratorModel
import OrchestratorSystem

/// nginx in front of all apps. Its files are made from the store's routes, and can be thrown away and made again.
///
/// Each configuration is a folder of its own, `generations/N`; the link `current` names the one in force. A new one is checked
/// by nginx before the link moves, and counts only once nginx answers with its number.
package struct NginxProxy: ReverseProxy {
  package let host: any NginxHost
  package let sites: any SiteSource
  package let ports: PublicPorts
  package let folder: ProxyFolder
  package let transport: any HTTPSender
  package var trust = ProxyTrust()
  package var clock: any Clock<Duration> = .continuous
  /// How long nginx may take until a new configuration serves.
  package var timeout: Duration = .seconds(15)
  /// How long it is at least from one change to the next, for each other app that is being deployed.
  var reloadBatchWindow: Duration = .milliseconds(50)
  var longestReloadBatchWindow: Duration = .seconds(5)

  package init(
    host: any NginxHost, sites: any SiteSource, ports: PublicPorts, folder: ProxyFolder, transport: any HTTPSender,
    trust: ProxyTrust = ProxyTrust(), clock: any Clock<Duration> = .continuous, timeout: Duration = .seconds(15),
    reloadBatchWindow: Duration = .milliseconds(50), longestReloadBatchWindow: Duration = .seconds(5)
  ) {
    (self.host, self.sites, self.ports) = (host, sites, ports)
    (self.folder, self.transport, self.trust) = (folder, transport, trust)
    (self.clock, self.timeout, self.reloadBatchWindow) = (clock, timeout, reloadBatchWindow)
    self.longestReloadBatchWindow = longestReloadBatchWindow
  }

  package func checkPublicPort(of plan: DeploymentPlan) async throws {
    if try await listens(on: plan.publicPort) { return }
    try await host.checkAvailable()
    if PortProbe.isFree(plan.publicPort, everywhere: true) { return }
    // It may be our own nginx, which another command has just started, or which tries to start.
    try await locked {
      guard try await !listens(on: plan.publicPort), try await !host.exists() else { return }
      _ = try ports.usable(needed: [], listened: [], requiring: plan.publicPort)
    }
  }

  /// Makes sure that nginx can be run here, whether it does or not.
  func checkRunnable() async throws {
    try await host.checkAvailable()
    _ = try await locked { try await host.version() }
  }

  package func open(for plan: DeploymentPlan) async throws -> ProxyChange? {
    if try await listens(on: plan.publicPort) { return nil }
    try await host.checkAvailable()
    return try await apply(.serve(plan.publicPort))
  }

  private func listens(on port: TCPPort) async throws -> Bool {
    guard try await host.isRunning() else { return false }
    return await listenedPorts(current()).contains(port)
  }

  package func repair() async throws -> Notice? {
    folder.close()
    if folder.wantsNewLogs { try await beginNewLogs() }
    if try await isLeftByEarlierUser() {
      return try await startAnew("nginx did not run", "it is started as a user of its own now")
    }
    if try await host.repair() { return Self.restored("the supervisor of nginx was gone; a new one looks after it") }
    if try await hasLostWorker() {
      _ = try await renew()
      return Self.restored("a worker of nginx had ended; what it had counted of requests under way is forgotten")
    }
    guard try await isStuckOnForeignFiles() else { return nil }
    return try await startAnew(
      "nginx could not start, as its files had been changed", "they are made anew, and it serves again")
  }

  /// Starts one anew that does not run, if an app needs it.
  private func startAnew(_ reason: String, _ outcome: String) async throws -> Notice {
    let change = try await apply(.restore)
    let outcome = change.generation > 0 ? outcome : "it is stopped, as no app needs it"
    return Self.restored((["\(reason); \(outcome)"] + change.problems.map(\.text)).joined(separator: "; "))
  }

  private static func restored(_ how: String) -> Notice { Notice(.proxyRestored, about: .installation, how) }

  private func beginNewLogs() async throws {
    try await locked {
      guard try await host.isRunning() else { return }
      for log in folder.fullLogs { log.moveAside() }
      FaultPoint.pass("full logs moved aside")
      try await host.reopenLogs()
    }
  }

  package func apply(_ intent: ApplyIntent) async throws -> ProxyChange {
    try await changing {
      var wanted = try await wanted(for: intent)
      // A command that goes back, or mends something, does not wait.
      if intent != .restore, wanted.running, !wanted.isInForce, try await awaitReloadBatch() {
        wanted = try await self.wanted(for: intent)
      }
      return try await carryOut(wanted)
    }
  }

  // A person who mended what nginx refused wants it tried again.
  package func reload() async throws -> ProxyChange { try await renew { $0.quarantined = [] } }

  /// Makes all files anew and has nginx read them, also if nothing has changed.
  private func renew(_ change: (inout NginxConfiguration) -> Void = { _ in }) async throws -> ProxyChange {
    try await changing {
      var wanted = try await wanted(for: .restore)
      wanted.isInForce = false
      if var next = wanted.next {
        change(&next)
        wanted.next = next
      }
      return try await carryOut(wanted)
    }
  }

  /// Whether an nginx does not run that was started as another user than the next one would be.
  private func isLeftByEarlierUser() async throws -> Bool {
    guard current() != nil, let user = try await host.presentUser(), user != host.newUser else { return false }
    return try await isStuck()
  }

  /// Whether a worker of the configuration in force has been replaced: what that one had counted is not taken back (`ConnectionLimits`).
  private func hasLostWorker() async throws -> Bool {
    guard let current = current(), let before = folder.workersBeforeErrors(of: current.generation) else { return false }
    return try await host.workers().hasLost(anyOf: before)
  }

  package func drain(atMost limit: Duration) async throws -> Bool {
    // Those that others replace from now on do not have the requests that are meant.
    let before = try await host.workers().retiring
    return try await poll(every: .milliseconds(20), atMost: limit, clock: clock) {
      try await host.workers().retiring.isDisjoint(with: before)
    }
  }

  package func publishPendingHosts() async throws {
    try await folder.prepare(for: try await host.user())
    // Not with the lock of those who change the configuration, who may wait for each other for a while.
    try await FileLock.withLock(folder.pendingHostsLock, clock: clock) {
      folder.expect(Set(try await sites.pendingPlans().map { "\($0.host)-\($0.publicPort)" }))
    }
  }

  package func stopIfUnused() async throws -> Bool {
    try await locked {
      guard try await !isNeeded() else { return false }
      try await host.stop()
      return true
    }
  }

  package func stopIfIdleStart() async throws {
    try await locked {
      guard folder.isIdleStart, try await !isNeeded() else { return }
      try await host.stop()
      folder.markIdleStart(false)
    }
  }

  /// Stops for another nginx, unless this one runs and is to be kept.
  ///
  /// - Returns: whether it is stopped.
  func stopForHandover(evenIfRunning: Bool) async throws -> Bool {
    try await locked {
      if !evenIfRunning, try await host.isRunning() { return false }
      try await host.stop()
      return true
    }
  }

  /// Whether an app is served, or is being deployed.
  package func isNeeded() async throws -> Bool {
    if try await !sites.sites().isEmpty { return true }
    return try await !sites.appsBeingDeployed().isEmpty
  }

  /// Does `work` while no other command changes anything.
  private func locked<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await folder.prepare(for: try await host.user())
    return try await FileLock.withLock(folder.lock, clock: clock, work)
  }

  /// Does the same with an nginx out of the way that tries to start and cannot, as it has some of its ports for a while. If `work` fails,
  /// it is let try on, where an app is served by it.
  private func changing<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await locked {
      let isStuck = try await isStuck()
      if isStuck { try await host.stop() }
      let result = await Result(catching: work)
      if isStuck, case .failure = result { await uncancelled { await tryOn() } }
      return try result.get()
    }
  }

  private func isStuck() async throws -> Bool {
    guard try await !host.isRunning() else { return false }
    return try await host.exists()
  }

  /// Whether it cannot start, and its files are not as they were written. Where they are, its trouble is another, and a command that came
  /// for something else does not wait for a further attempt.
  private func isStuckOnForeignFiles() async throws -> Bool {
    guard let current = current(), try await isStuck() else { return false }
    return !folder.holds(current)
  }

  private func tryOn() async {
    guard current() != nil, (try? await host.exists()) == false, (try? await sites.sites().isEmpty) == false else {
      return
    }
    try? await host.start(configuration: visible.currentMainFile)
  }
}

/// Looking at what is.
extension NginxProxy {
  /// The folder as nginx sees it.
  var visible: ProxyFolder { ProxyFolder(path: host.visibleFolder) }

  /// The configuration in force; one that was made for nginx at another place is of no use here.
  package func current() -> NginxConfiguration? {
    folder.current().flatMap { $0.folder == visible.generation($0.generation) ? $0 : nil }
  }

  /// The generation that nginx answers with right now.
  package func serving(_ current: NginxConfiguration?) async -> Int? {
    guard let port = current?.publicPorts.first else { return nil }
    return await serving(on: port)
  }

  private func serving(on port: TCPPort) async -> Int? {
    let call = HTTPRequest(
      endpoint: .tcp(host: SocketEndpoint.loopbackHost, port: Int(port.number)), path: "/health", host: "localhost")
    guard let answer = try? await transport.send(call, timeout: .seconds(2)), answer.status == 200 else { return nil }
    return (try? JSONDecoder().decode(Health.self, from: answer.body))?.generation
  }

  private struct Health: Decodable {
    let generation: Int
  }

  /// The ports on which our nginx, which runs, listens; if its files are gone, those where it tells its generation.
  func listenedPorts(_ current: NginxConfiguration?) async -> Set<TCPPort> {
    if let current { return Set(current.publicPorts) }
    var ports: Set<TCPPort> = []
    for port in self.ports.stacks.keys where await serving(on: port) != nil { ports.insert(port) }
    return ports
  }

  static var machineHasIPv6: Bool {
    SystemFile.contents("/proc/net/if_inet6").map { !$0.isEmpty } ?? false
  }
}
