import Foundation
package import OrchestratorModel
import OrchestratorSystem

/// Making and changing configurations.
extension NginxProxy {
  /// While others deploy as well, lets some time pass since the last change, so that those who switch meanwhile share one reload: the
  /// more they are, the longer. Who is alone does not wait.
  ///
  /// - Returns: whether time has passed.
  func awaitReloadBatch() async throws -> Bool {
    let others = try await sites.appsBeingChanged().count - 1
    guard others > 0, let changed = folder.changedAt else { return false }
    let pause = min(reloadBatchWindow * others, longestReloadBatchWindow)
    let since = Duration.seconds(Date().timeIntervalSince(changed))
    // A clock that was set back would have us wait for as long.
    guard since >= .zero, since < pause else { return false }
    try await clock.sleep(for: pause - since)
    return true
  }

  /// What is to be in force, and whether it is.
  package struct Wanted {
    package let running: Bool
    package let current: NginxConfiguration?
    /// nil when no app is served, and none is to be.
    package var next: NginxConfiguration?
    var usable = PublicPorts.Usable()
    var isInForce = true
  }

  /// Looks at what the routes of the store ask for, while no other command changes anything.
  package func wanted(for intent: ApplyIntent) async throws -> Wanted {
    let running = try await host.isRunning()
    let served = try await sites.sites()
    let current = current()
    // No app is served, and none is to be: nginx need not be started for that.
    if !running, intent == .restore, try await !isNeeded() { return Wanted(running: running, current: current) }
    // Also those of stacks that this command does not know.
    let needed = try await Set(served.map(\.listener.port)).union(sites.pendingPlans().map(\.publicPort))
    let usable = try ports.usable(
      needed: needed, listened: running ? await listenedPorts(current) : [], requiring: intent.requiredPort)
    // An nginx that listens nowhere could not even be asked whether it runs.
    guard !usable.ports.isEmpty else {
      throw OrchestratorError(
        .publicPortTaken, (usable.problems + usable.notes).map(\.text).joined(separator: "\n"),
        hint: "does another installation run on this machine? Then set a port offset for this one")
    }
    var next = try await configuration(served, on: usable.ports, following: current, running: running)
      .keepingQuarantine(of: current)
    // That workers may go on for longer than any app needs by now is no reason to have nginx read new files.
    if let current, current.workerShutdownTimeout > next.workerShutdownTimeout {
      var longer = next
      longer.workerShutdownTimeout = current.workerShutdownTimeout
      if current.withoutUnnamedQuarantine == longer { next = longer }
    }
    let isInForce =
      if running, let current, current.withoutUnnamedQuarantine == next, folder.holds(current) {
        // A command that was killed before it was proven may have left workers of the one before that still take requests.
        if folder.isVerified(current.generation) { await serving(current) == current.generation } else { false }
      } else { false }
    return Wanted(running: running, current: current, next: next, usable: usable, isInForce: isInForce)
  }

  /// Brings it into force while no other command changes anything.
  package func carryOut(_ wanted: Wanted) async throws -> ProxyChange {
    if let current = wanted.current { folder.removeUnfinished(after: current.generation) }
    guard var next = wanted.next else { return ProxyChange(generation: 0) }
    if !wanted.isInForce {
      next.generation = try await sites.nextGeneration()
      next.folder = visible.generation(next.generation)
      if !wanted.running, next.sites.isEmpty { folder.markIdleStart(true) }
      next = try await bringIntoForce(next, instead: wanted.current, running: wanted.running)
    }
    if !next.sites.isEmpty { folder.markIdleStart(false) }
    return ProxyChange(
      generation: next.generation, notes: next.quarantined.notices + news(of: next, in: wanted),
      problems: wanted.usable.problems)
  }

  /// What is said once, by the deploy that starts nginx, or finds that it can hold less than was thought; the doctor says it at any time.
  private func news(of next: NginxConfiguration, in wanted: Wanted) -> [Notice] {
    let small = next.capacity.shortcoming.map {
      [Notice(.proxyCapacity, .warning, about: .installation, "\($0); \(ProxyCapacity.cure)")]
    }
    if wanted.running { return wanted.current?.capacity == next.capacity ? [] : small ?? [] }
    let outdated = next.version.shortcoming.map {
      [Notice(.proxyOutdated, .warning, about: .installation, "\($0); \(NginxVersion.cure)")]
    }
    return wanted.usable.notes + (outdated ?? []) + (small ?? [])
  }

  /// The configuration that the routes ask for, numbered as the current one.
  private func configuration(
    _ sites: [Site], on ports: [TCPPort], following current: NginxConfiguration?, running: Bool
  ) async throws -> NginxConfiguration {
    guard let version = try await version(running ? current : nil) else {
      throw OrchestratorError(.proxyFailed, "nginx did not tell its version")
    }
    let generation = current?.generation ?? 0
    return try await NginxConfiguration(
      generation: generation, sites: sites, publicPorts: ports, folder: visible.generation(generation),
      runFolder: visible.run, logFolder: visible.logs, version: version, hasIPv6: Self.machineHasIPv6,
      workerShutdownTimeout: longestDrain(), capacity: capacity(following: running ? current : nil), trust: trust)
  }

  /// What nginx can hold; where that cannot be seen of one that runs, what was thought before.
  private func capacity(following running: NginxConfiguration?) async throws -> ProxyCapacity {
    try await host.openFiles().map(ProxyCapacity.init(openFiles:)) ?? running?.capacity
      ?? ProxyCapacity(openFiles: Sandbox.mostOpenFiles)
  }

  /// As long as the most patient app has, or the default.
  private func longestDrain() async throws -> Duration {
    try await sites.drains().reduce(Self.defaultDrain, max)
  }

  /// What most stacks have: that an app of theirs comes or goes is no reason to reload.
  private static let defaultDrain = Duration.seconds(30)

  /// nginx's version; one that runs has the version that its configuration was made for.
  private func version(_ running: NginxConfiguration?) async throws -> NginxVersion? {
    if let running { return running.version }
    return NginxVersion(try await host.version())
  }

  /// Checks `next`, has nginx serve it, and goes back to what served before if that fails.
  ///
  /// An nginx that runs although its files are gone does not see new ones: it is started anew once they are checked.
  ///
  /// - Returns: what is in force: without the apps' server blocks that nginx refuses.
  private func bringIntoForce(
    _ next: NginxConfiguration, instead previous: NginxConfiguration?, running: Bool
  ) async throws -> NginxConfiguration {
    let canReload = running && previous != nil
    do {
      let user = try await host.user()
      try folder.give(to: user)
      let accepted = try await accepted(next, by: user, usingRunning: canReload)
      try folder.makeCurrent(accepted.generation)
      try await serve(accepted, reloading: canReload)
      folder.removeGenerations(except: [accepted.generation, previous?.generation])
      return accepted
    } catch {
      let failure = await explained(error)
      throw await uncancelled {
        await goBack(to: previous, from: next, wasRunning: running)
        return await withAdvice(failure, having: previous)
      }
    }
  }

  /// Writes `next`, or as much of it as nginx takes.
  private func accepted(
    _ next: NginxConfiguration, by user: NginxUser, usingRunning: Bool
  ) async throws -> NginxConfiguration {
    func validationError(for candidate: NginxConfiguration) async throws -> String? {
      try await write(candidate, for: user)
      return try await host.validationError(for: visible.mainFile(candidate.generation), usingRunning: usingRunning)
    }
    var (candidate, tries) = (next, 0)
    while let words = try await validationError(for: candidate) {
      guard let rest = candidate.leavingOut(refused: words, after: tries) else {
        throw OrchestratorError(.proxyFailed, "nginx refuses the new configuration: \(words.printableLines)")
      }
      (candidate, tries) = (rest, tries + 1)
    }
    // Where nginx named no app it may have been something that has passed, such as a full disk.
    guard candidate.quarantined.contains(where: { !$0.isNamed }) else { return candidate }
    let whole = candidate.withoutUnnamedQuarantine
    if try await validationError(for: whole) == nil { return whole }
    try await write(candidate, for: user)
    return candidate
  }

  private func write(_ configuration: NginxConfiguration, for user: NginxUser) async throws {
    try await blocking { [folder] in try folder.write(configuration, for: user) }
  }

  private func serve(_ configuration: NginxConfiguration, reloading: Bool) async throws {
    let before = reloading ? try await host.workers().active : []
    if reloading { try await host.reload() } else { try await host.start(configuration: visible.currentMainFile) }
    // The new workers answer a moment before the old ones are told to take no more connections (nginx waits for 100 ms).
    let proven = try await poll(every: .milliseconds(20), atMost: timeout, clock: clock) {
      guard await serving(configuration) == configuration.generation else { return false }
      return try await host.workers().active.isDisjoint(with: before)
    }
    if proven { return folder.markVerified(configuration.generation, with: try await host.workers()) }
    throw OrchestratorError(
      .proxyFailed, "nginx does not serve generation \(configuration.generation) after \(timeout.brief)")
  }

  private func goBack(
    to previous: NginxConfiguration?, from failed: NginxConfiguration, wasRunning: Bool
  ) async {
    if let previous, current()?.generation == previous.generation, await serving(previous) == previous.generation {
      // A candidate that nginx refused never was in force: a reload would only cost connections.
    } else if !wasRunning {
      try? await host.stop()
      if let previous { try? folder.makeCurrent(previous.generation) } else { folder.removeCurrent() }
    } else if let previous, (try? folder.makeCurrent(previous.generation)) != nil {
      folder.markUnverified(previous.generation)
      // One that cannot be asked may run all the same, and must not be started anew.
      let canReload = (try? await host.isRunning()) ?? true
      try? await serve(previous, reloading: canReload)
    } else if current()?.generation == failed.generation {
      // Its files were gone, and it was started with these, which it has accepted: there are no others that it could go on with.
      return
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

  /// The error with what is still served, and what to do.
  private func withAdvice(_ error: any Error, having previous: NginxConfiguration?) async -> any Error {
    guard var failure = error as? OrchestratorError, failure.code == .proxyFailed, failure.hint == nil else {
      return error
    }
    if let previous, await serving(previous) == previous.generation {
      failure.hint =
        "the configuration before is still in force; if nothing on this machine is wrong, please report this"
    } else if (try? await sites.sites().isEmpty) == false {
      failure.hint =
        "while nginx does not run no app is reached: mend what it names, then bring all of them back: orchestrator reconcile"
    } else {
      failure.hint = "mend what it names, then deploy again"
    }
    return failure
  }
}
