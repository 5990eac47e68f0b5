import Foundation
import Glibc
package import OrchestratorModel
import OrchestratorPlanning
package import OrchestratorSystem

extension ProcessRuntime: WorkloadRunner {
  package func checkAvailable() async throws {
    try Sandbox.checkAvailable()
    guard program.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: program) else {
      throw OrchestratorError(
        .runtimeUnavailable, "there is no program \(program.quoted), which looks after every process that is deployed",
        hint: "put orchestrator on the PATH, or name it by its absolute path with the setting 'program'")
    }
    try folder.ensureReachable(from: "the users that apps run as")
  }

  package func start(_ workload: WorkloadPlan, on port: TCPPort) async throws -> [Notice] {
    try ensureSameUser(workload)
    let process = process(of: workload)
    var notes: [Notice] = []
    if process.specification() != nil {
      try await process.remove()
      notes.append(
        Notice(
          .leftoverRemoved, about: Notice.Subject(workload),
          "stopped the process of \(workload.label), left over from an interrupted deployment"))
    }
    try ensureFree(port, for: workload)
    try await launch(workload, on: port)
    return notes
  }

  package func keepRunning(_ workload: WorkloadPlan) async throws { try process(of: workload).keep() }

  package func repair(_ workload: WorkloadPlan) async throws -> Notice? {
    try await process(of: workload).ensureSupervised() ? workload.restarted(Self.supervisedAgain) : nil
  }

  package func resume(_ workload: WorkloadPlan, on port: TCPPort) async throws -> Notice? {
    try ensureSameUser(workload)
    let process = process(of: workload)
    // It may have been started for another port, before a backup was restored.
    if let own = process.specification()?.port, own != port { try await process.remove() }
    let condition = await process.condition()?.condition
    if condition == .ended { await process.members.killAll() }
    if condition != .running { try ensureFree(port, for: workload) }
    guard condition != nil else {
      try await launch(workload, on: port, kept: true)
      return workload.restarted("started it anew")
    }
    let wasKept = process.isKept
    try process.keep()
    guard try await process.ensureSupervised() else {
      return wasKept ? nil : workload.restarted("it is started again from now on when it ends")
    }
    return workload.restarted(condition == .running ? Self.supervisedAgain : "started it again")
  }

  private static let supervisedAgain = "its supervisor was gone; a new one looks after it"

  package func needsResuming(_ workload: WorkloadPlan) async throws -> Bool {
    let process = process(of: workload)
    return !process.isKept || process.needsSupervisor()
  }

  package func state(of workload: WorkloadPlan) async throws -> WorkloadState? {
    try ensureSameUser(workload)
    let process = process(of: workload)
    guard let (condition, record) = await process.condition() else { return nil }
    var state = WorkloadState(condition, record)
    state.port = process.specification()?.port
    return state
  }

  package func address(on port: TCPPort) -> SocketEndpoint { .loopback(port) }

  package func listeners(of workload: WorkloadPlan, on port: TCPPort) async -> ListenerReport? {
    let process = process(of: workload)
    let own = { [user = user(of: workload.plan).id] (sockets: [SocketAddress]) in
      // Root's apps have a user each, and whose a socket is cannot be forged; others are told apart by their processes.
      user.map { user in sockets.filter { $0.user == user } } ?? process.members.own(sockets)
    }
    let all = SocketTable.listeners()
    let answering = all.answering(on: port)
    let ownAnswering = own(answering)
    if !answering.isEmpty, ownAnswering.count == answering.count {
      return ListenerReport(expected: port, listeners: answering, isNetworkIsolated: false)
    }
    // Where another answers, what the app has on other addresses of the port is of no use.
    let elsewhere = process.members.own(own(all)).filter { answering.isEmpty || $0.port != port }
    return ListenerReport(expected: port, listeners: elsewhere, isNetworkIsolated: false)
  }

  package func logs(
    of workload: WorkloadPlan, tail: Int?, follow: Bool, receive: (String) async throws -> Void
  ) async throws {
    let log = RotatedLog(folder.appLog(workload))
    let end = log.size
    try await log.excerpt(last: tail, upTo: end)?.read(receive)
    guard follow else { return }
    let process = process(of: workload)
    try await log.follow(from: end, receive) { process.specification() != nil }
  }

  // A process writes into the release's own log from the beginning.
  package func saveLogs(of workload: WorkloadPlan) async {}

  package func remove(_ workload: WorkloadPlan) async throws {
    try await process(of: workload).remove()
    try await AppFiles(commands: commands, user: user(of: workload.plan)).remove(release(workload).temporary)
  }

  package func limits(of workload: WorkloadPlan) -> String {
    let sandbox = sandbox(of: workload, on: workload.stack.internalPorts.first)
    let cores =
      sandbox.cores.isEmpty
      ? "all \(Sandbox.ownCores.count) cores" : "\(sandbox.cores.count) of \(Sandbox.ownCores.count) cores"
    let processes =
      sandbox.processes.map { "\($0) processes" } ?? "any number of processes, as only root can limit that"
    return "\(workload.stack.limits.memory >> 20) MiB for each process, \(cores), \(processes)"
  }

  // No other program makes it: what is there is all that there will be.
  package func undoStart(of workload: WorkloadPlan) async throws { try await remove(workload) }
}
