import Foundation
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Looks at apps and the proxy, and changes nothing: what is not as it should be is said, and left to others.
struct Inspector: InstallationWorker {
  let installation: Installation

  /// How every app is, by name.
  func list() async throws -> [AppStatus] {
    if try await store.isBlank() { await installation.noteAbsence() }
    let leases = try await store.activeLeases()
    let (quarantined, sockets) = (await quarantined(), SocketTable.listeners())
    var apps: [AppStatus] = []
    for name in try await store.appNames().compactMap({ try? AppName($0) }) {
      let rows = try await store.releases(of: name)
      guard let row = rows.first(where: { $0.state == .live }) ?? rows.first else { continue }
      apps.append(try await status(row, lease: leases[name.description], quarantined, sockets))
    }
    return apps
  }

  /// How one app is, also when it never was live.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found`.
  func status(of app: AppName) async throws -> AppStatus {
    let rows = try await installation.releases(ofKnown: app)
    return try await status(
      rows.first { $0.state == .live } ?? rows[0], lease: store.activeLeases()[app.description], quarantined(),
      SocketTable.listeners())
  }

  /// What the proxy does, without what passes: another command may be changing it in the middle of the look.
  func proxyStatus() async throws -> ProxyStatus {
    var status = try await proxy.status()
    for _ in 1...10 where status.running && status.problem != nil {
      try await Task.sleep(for: .milliseconds(200))
      status = try await proxy.status()
    }
    return status
  }

  /// What nginx says against the apps whose own part of its configuration it refuses.
  private func quarantined() async -> [AppName: String] {
    let quarantined = (try? await proxy.quarantined()) ?? []
    return Dictionary(quarantined.map { ($0.app, $0.reason) }) { first, _ in first }
  }

  private func status(
    _ row: StoredRelease, lease: Lease?, _ quarantined: [AppName: String], _ sockets: [SocketAddress]
  ) async throws -> AppStatus {
    let release = row.release
    var components: [AppStatus.Component] = []
    for (plan, component) in zip(row.plan.components, release.components) {
      var instances: [AppStatus.Instance] = []
      for workload in row.workloads where workload.component == plan.component {
        instances.append(await status(of: workload, in: row, sockets))
      }
      components.append(
        AppStatus.Component(
          name: component.name, stack: component.stack, state: instances.map(\.state).min() ?? .unknown,
          image: component.image, limits: runtimes[plan].limits(of: plan.workload(1)), instances: instances))
    }
    var status = AppStatus(
      app: release.app, stack: release.stack, state: components.map(\.state).max() ?? .unknown,
      release: release.number, url: release.url, runtime: release.runtime, source: release.source,
      liveAt: release.liveAt, components: components, maintenance: try await store.maintenance(of: release.app).shown,
      quarantine: quarantined[release.app])
    // No process is at it any more; what is left of it is undone by the next command that changes the app.
    if status.state == .deploying, lease == nil {
      status.state = .failed
      for index in status.components.indices {
        status.components[index].state = .failed
        for instance in status.components[index].instances.indices {
          status.components[index].instances[instance].state = .failed
        }
      }
    }
    if let lease {
      status.currentOperation = [lease.operation.rawValue, lease.release.map { "v\($0)" }, lease.step].compactMap(
        \.self
      )
      .joined(separator: " ")
    }
    return status
  }

  private func status(
    of workload: WorkloadPlan, in row: StoredRelease, _ sockets: [SocketAddress]
  ) async -> AppStatus.Instance {
    var status = AppStatus.Instance(number: workload.instance, state: .unknown, port: row.ports[workload.id])
    status.address = status.port.map { runtimes[workload].address(on: $0).description }
    switch await Result(catching: { try await runtimes[workload].state(of: workload) }) {
    case .failure(let error): status.problem = OrchestratorError.wrapping(error).message
    case .success(let state):
      status.state = AppStatus.State(row.state, state)
      status.startedAt = state?.startedAt
      status.processID = state?.processID
      if state?.phase == .running, let start = state?.startedAt.flatMap(Date.init(timestamp:)) {
        status.uptime = Date().timeIntervalSince(start)
      }
      status.restarts = state?.restarts
      status.exitCode = state?.exitCode
      if row.state == .live, let port = status.port, await isStrangers(port, of: workload, among: sockets) {
        status.state = .unreachable
        status.problem =
          "\(workload.label): its port \(port) is in use by \(PortOwner.words(for: port)); orchestrator reconcile moves it"
      }
    }
    return status
  }

  /// Whether another program has the port of a process, and gets its requests. That of a container Docker holds as long as that runs.
  private func isStrangers(_ port: TCPPort, of workload: WorkloadPlan, among sockets: [SocketAddress]) async -> Bool {
    guard workload.runtime == .process else { return false }
    // Whose a socket is tells enough where each app has a user of its own, and one look at all sockets does for all apps.
    let user = AppUser(of: workload.plan, first: installation.configuration.firstUser).id
    if let user, sockets.answering(on: port).allSatisfy({ $0.user == user }) { return false }
    return (try? await installation.isTaken(port, from: workload)) ?? false
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
