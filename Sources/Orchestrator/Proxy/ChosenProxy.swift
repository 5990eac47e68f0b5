/// The one nginx in front of the apps of both runtimes: in a container or as a process, whichever runs.
///
/// It reaches apps of either kind on 127.0.0.1, where containers publish their ports as well. Both would listen on the same ports, so
/// only one of them runs at a time. When none does, it is started where the apps are: in a container if any of them runs in one.
struct ChosenProxy: ReverseProxy {
  let container: NginxProxy
  let process: NginxProxy
  let store: Store
  /// What the settings say; nil leaves the choice to us.
  let fixed: RuntimeName?

  func open(for plan: DeploymentPlan) async throws -> ProxyChange? {
    let chosen = try await chosen(for: plan)
    try await stopOther(than: chosen)
    return try await chosen.open(for: plan)
  }

  func apply(requiring required: TCPPort?) async throws -> ProxyChange {
    let chosen = try await chosen()
    try await stopOther(than: chosen)
    return try await chosen.apply(requiring: required)
  }

  func reload() async throws -> ProxyChange {
    let chosen = try await chosen()
    try await stopOther(than: chosen)
    return try await chosen.reload()
  }

  // The files are the same for both.
  func announce() async throws { try await process.announce() }

  func quarantined() async throws -> [ProxyStatus.Quarantine] { try await chosen().quarantined() }

  func files() async throws -> [ProxyFile] { try await chosen().files() }

  func drain(atMost limit: Duration) async throws -> Bool { try await chosen().drain(atMost: limit) }

  func stop() async throws { try await chosen().stop() }

  func stopIfUnused() async throws { try await chosen().stopIfUnused() }

  func status() async throws -> ProxyStatus { try await chosen().status() }

  func tend() async throws -> String? {
    // Where Docker does not answer, nothing of ours runs in it.
    if fixed != .process, container.folder.wantsNewLogs { _ = try? await container.tend() }
    return fixed == .docker ? nil : try await process.tend()
  }

  /// Two that want the same ports would keep each other from them, for ever in the case of a container that Docker starts again.
  private func stopOther(than chosen: NginxProxy) async throws {
    let other = chosen.host.runtime == .docker ? process : container
    // Where Docker does not answer, no container runs.
    guard (try? await other.host.exists()) == true else { return }
    try await other.stop()
  }

  private func chosen(for plan: DeploymentPlan? = nil) async throws -> NginxProxy {
    switch fixed {
    case .docker?: return container
    case .process?: return process
    case nil: break
    }
    if try await process.host.isRunning() { return process }
    // Where Docker does not answer, nothing of ours runs in it.
    let isInContainer = try? await container.host.isRunning()
    if isInContainer == true { return container }
    guard isInContainer != nil else { return process }
    let runtimes = try await store.runtimes().union(plan.map { [$0.runtime] } ?? [])
    return runtimes.contains(.docker) || NginxProcess.program == nil ? container : process
  }
}
