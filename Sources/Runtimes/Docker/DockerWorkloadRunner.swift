import Foundation
import OrchestratorDockerEngine
package import OrchestratorModel
import OrchestratorPlanning
package import OrchestratorSystem

extension DockerRuntime: WorkloadRunner {
  /// How many lines of a container's output are kept when it is gone.
  private static let savedLines = 10_000

  package func checkAvailable() async throws { try await client.ping() }

  package func start(_ workload: WorkloadPlan, on port: TCPPort) async throws -> [Notice] {
    let notes = try await removeLeftover(of: workload)
    do {
      let reason = try await network.ensure()
      let request = try ContainerRequest.workload(
        workload, on: port, user: workload.plan.containerUser(first: firstUser),
        network: reason == nil ? network.name : nil, labels: labels)
      // Interrupted in the middle, Docker could still make the container after everything was undone.
      try await uncancelled { try await network.start(try await client.createContainer(named: workload.name, request)) }
      // Once for all instances.
      guard let reason, workload.instance == 1 else { return notes }
      return notes + [
        Notice(
          .reachableAroundProxy, .warning, about: Notice.Subject(workload),
          "other containers can reach \(workload.title) around the proxy, as Docker cannot keep them apart: \(reason)"
        )
      ]
    } catch let refusal as DockerClient.Refusal {
      throw refusal.startFailure(of: workload, on: port, in: network)
    }
  }

  package func keepRunning(_ workload: WorkloadPlan) async throws {
    try await client.setRestartPolicy(workload.name, .unlessStopped)
  }

  package func resume(_ workload: WorkloadPlan, on port: TCPPort) async throws -> Notice? {
    let found = try await ours(workload.name)
    // It may have been made for another port, before a backup was restored.
    let isForAnother = found?.hostPort.map { $0 != port } ?? false
    guard let container = found, !isForAnother else {
      if isForAnother { try await remove(workload) }
      _ = try await start(workload, on: port)
      try await keepRunning(workload)
      return workload.restarted("made its container anew")
    }
    guard WorkloadState(container).phase == .exited || WorkloadState(container).phase == .created else { return nil }
    try await network.start(container.Id)
    return workload.restarted("started its container")
  }

  package func state(of workload: WorkloadPlan) async throws -> WorkloadState? {
    try await ours(workload.name).map(WorkloadState.init)
  }

  // Docker publishes the container's port there.
  package func address(on port: TCPPort) -> SocketEndpoint { .loopback(port) }

  package func listeners(of workload: WorkloadPlan, on _: TCPPort) async -> ListenerReport? {
    guard let process = try? await ours(workload.name)?.State.Pid, process > 0,
      let port = try? workload.plan.containerPort()
    else {
      return nil
    }
    guard FileManager.default.isReadableFile(atPath: "/proc/\(process)/net/tcp") else { return nil }
    return ListenerReport(expected: port, listeners: SocketTable.listeners(ofProcess: process))
  }

  package func logs(
    of workload: WorkloadPlan, tail: Int?, follow: Bool, receive: (String) async throws -> Void
  ) async throws {
    _ = try await nilIfNotFound {
      try await client.containerLines(workload.name, tail: tail, follow: follow, receive: receive)
    }
  }

  package func run(_ command: OneOffCommand, receive: @Sendable (String) async -> Void) async throws -> Int {
    let isApart = try await network.ensure() == nil
    let request = try ContainerRequest.oneOff(
      command, user: command.plan.containerUser(first: firstUser), network: isApart ? network.name : nil, labels: labels
    )
    let container = OneOffContainer(client: client, name: command.name, request: request, owner: command.owner)
    let status = await Result(catching: {
      try await container.follow(start: network.start, receive: receive)
    })
    try? await uncancelled { try await network.removeIfUnused() }
    do { return try status.get() } catch let refusal as DockerClient.Refusal {
      guard !refusal.isNotFound else {
        throw OrchestratorError(
          .conflict, "the command for \(command.plan.title) was ended, as its release was removed", underlying: refusal)
      }
      let workload = command.plan.workload(1)
      throw refusal.startFailure(of: workload, on: workload.stack.internalPorts.first, in: network)
    }
  }

  package func limits(of workload: WorkloadPlan) -> String {
    let limits = workload.stack.limits
    return
      "\(limits.memory >> 20) MiB, \(limits.cpus.formatted()) \(limits.cpus == 1 ? "core" : "cores"), \(limits.pids) processes"
  }

  package func saveLogs(of workload: WorkloadPlan) async {
    guard (try? await ours(workload.name)) ?? nil != nil else { return }
    let path = folder.appLog(workload)
    var log: LogFile?
    try? await logs(of: workload, tail: Self.savedLines, follow: false) { line in
      // One that is being removed says nothing any more; what was saved of it before stays.
      if log == nil { log = try LogFile(path) }
      log?.append(line)
    }
    if log == nil, !FileManager.default.fileExists(atPath: path) { _ = try? LogFile(path) }
  }

  package func remove(_ workload: WorkloadPlan) async throws {
    if let container = try await ours(workload.name) { try await stop(container, of: workload) }
    try await network.removeIfUnused()
  }

  private func stop(_ container: ContainerDetails, of workload: WorkloadPlan) async throws {
    _ = try await nilIfNotFound {
      try await client.stopContainer(container.Id, within: .seconds(300))
      // With what it printed while it stopped.
      await saveLogs(of: workload)
      try await client.removeContainer(container.Id)
    }
  }

  package func undoStart(of workload: WorkloadPlan) async throws {
    if try await ours(workload.name) == nil { try await awaitCreation(of: workload) }
    try await remove(workload)
  }

  /// Docker goes on making a container for a command that was killed meanwhile. It gives the name away before anything else: while no
  /// other container can have it this one is to come, unless the making fails.
  private func awaitCreation(of workload: WorkloadPlan) async throws {
    let claim = ContainerRequest(
      Image: workload.plan.image, Cmd: ["true"], Labels: labels.container(of: workload),
      HostConfig: .init(RestartPolicy: .never))
    var attempts = 0
    while true {
      attempts += 1
      do {
        return try await client.removeContainer(try await client.createContainer(named: workload.name, claim))
      } catch let refusal as DockerClient.Refusal {
        // Without an image, or room on the disk, there is nothing to wait for either.
        guard refusal.isConflict else { return }
        if try await nilIfNotFound({ try await client.inspectContainer(workload.name) }) != nil { return }
        guard attempts < 300 else { throw refusal }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Removes what an interrupted deployment left under the name that is needed.
  private func removeLeftover(of workload: WorkloadPlan) async throws -> [Notice] {
    let name = workload.name
    guard let found = try await nilIfNotFound({ try await client.inspectContainer(name) }) else { return [] }
    guard labels.ownsContainer(name, found.Config.Labels) else {
      throw foreign(name)
    }
    try await client.removeContainer(found.Id)
    return [
      Notice(
        .leftoverRemoved, about: Notice.Subject(workload),
        "removed the container \(name), left over from an interrupted deployment")
    ]
  }

  // The engine looks after its containers itself.
  package func repair(_ workload: WorkloadPlan) async throws -> Notice? { nil }
}
