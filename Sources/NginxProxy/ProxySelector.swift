package import OrchestratorModel

/// The one nginx in front of the apps of both runtimes: in a container or as a process, whichever runs.
///
/// It reaches apps of either kind on 127.0.0.1, where containers publish their ports as well. Both would listen on the same ports, so
/// only one of them runs at a time. When none does, it is started where the apps are: in a container if any of them runs in one.
package struct ProxySelector: ReverseProxy {
  package let container: NginxProxy
  package let process: NginxProxy
  package let sites: any SiteSource
  /// What the settings say; nil leaves the choice to us.
  package let fixed: RuntimeName?

  package init(container: NginxProxy, process: NginxProxy, sites: any SiteSource, fixed: RuntimeName?) {
    (self.container, self.process, self.sites) = (container, process, sites)
    self.fixed = fixed
  }

  package func checkPublicPort(of plan: DeploymentPlan) async throws {
    let chosen = try await chosen(for: plan)
    // The other has the ports, and gives way when this one is to serve.
    guard try await !exists(other(than: chosen)) else { return try await chosen.checkRunnable() }
    try await chosen.checkPublicPort(of: plan)
  }

  package func open(for plan: DeploymentPlan) async throws -> ProxyChange? {
    try await withOtherStopped(chosen(for: plan)) { try await $0.open(for: plan) }
  }

  package func apply(_ intent: ApplyIntent) async throws -> ProxyChange {
    try await withOtherStopped(chosen()) { try await $0.apply(intent) }
  }

  package func reload() async throws -> ProxyChange {
    try await withOtherStopped(chosen()) { try await $0.reload() }
  }

  // The files are the same for both.
  package func publishPendingHosts() async throws { try await process.publishPendingHosts() }

  package func quarantined() async throws -> [ProxyStatus.Quarantine] { try await chosen().quarantined() }

  package func files() async throws -> [ProxyFile] { try await chosen().files() }

  package func drain(atMost limit: Duration) async throws -> Bool { try await chosen().drain(atMost: limit) }

  package func stopIfUnused() async throws -> Bool {
    guard try await process.stopIfUnused() else { return false }
    guard try await exists(container) else { return true }
    return try await container.stopIfUnused()
  }

  package func stopIfIdleStart() async throws {
    guard process.folder.isIdleStart else { return }
    try await (try await exists(container) ? container : process).stopIfIdleStart()
  }

  package func status() async throws -> ProxyStatus { try await chosen().status() }

  package func pendingChange() async throws -> Notice? { try await chosen().pendingChange() }

  package func repair() async throws -> Notice? {
    var done: Notice?
    do {
      if fixed != .process { done = try await container.repair() }
    } catch let error as OrchestratorError where [.runtimeUnavailable, .runtimeForbidden].contains(error.code) {
      // Where Docker does not answer, no command can look after what runs in it.
    }
    return fixed == .docker ? done : try await process.repair() ?? done
  }

  /// Has one of the two do something, without the other beside it: two that want the same ports would keep each other from them, for
  /// ever in the case of a container that Docker starts again. What served before does so again if it fails.
  private func withOtherStopped<Value>(_ chosen: NginxProxy, _ work: (NginxProxy) async throws -> Value) async throws
    -> Value
  {
    let other = other(than: chosen)
    guard try await exists(other) else { return try await work(chosen) }
    try await chosen.checkRunnable()
    let hasServed = (try? await other.host.isRunning()) == true
    do {
      // Where no setting says which it is to be, another command may have started the other since.
      guard try await other.stopForHandover(evenIfRunning: fixed != nil) else { return try await work(other) }
      return try await work(chosen)
    } catch {
      await uncancelled {
        guard hasServed, (try? await chosen.host.isRunning()) != true else { return }
        _ = try? await other.apply(.restore)
      }
      throw error
    }
  }

  private func other(than chosen: NginxProxy) -> NginxProxy { chosen.host.runtime == .docker ? process : container }

  private func exists(_ proxy: NginxProxy) async throws -> Bool {
    try await ask(proxy) { try await $0.exists() } ?? false
  }

  /// What one of the two says to a question; nil where Docker does not answer, and so nothing runs in it. But what does may go on
  /// meanwhile, and has the ports: then that it cannot be asked is an error.
  private func ask(
    _ proxy: NginxProxy, _ question: (any NginxHost) async throws -> Bool
  ) async throws -> Bool? {
    do {
      return try await question(proxy.host)
    } catch {
      if await proxy.serving(proxy.current()) != nil { throw error }
      return nil
    }
  }

  private func chosen(for plan: DeploymentPlan? = nil) async throws -> NginxProxy {
    switch fixed {
    case .docker?: return container
    case .process?: return process
    case nil: break
    }
    if try await process.host.isRunning() { return process }
    switch try await ask(container, { try await $0.isRunning() }) {
    case true?: return container
    case false?: break
    case nil: return process
    }
    let runtimes = try await sites.runtimes().union(plan.map { [$0.runtime] } ?? [])
    return runtimes.contains(.docker) || NginxProcess.program == nil ? container : process
  }
}
