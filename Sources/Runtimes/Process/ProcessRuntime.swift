import Foundation
import Glibc
package import OrchestratorModel
package import OrchestratorPlanning
package import OrchestratorSystem

/// Runs each release as a process of this machine, with a supervisor of its own.
package struct ProcessRuntime: WorkloadRuntime {
  package let folder: StateFolder
  /// The program `orchestrator`, which supervises.
  package let program: String
  /// The number of the first user that root gives to apps.
  package let firstUser: Int
  package let commands: any CommandRunner

  package init(folder: StateFolder, program: String, firstUser: Int, commands: any CommandRunner) {
    (self.folder, self.program, self.firstUser) = (folder, program, firstUser)
    self.commands = commands
  }

  package var sourceRules: SourceRules { SourceRules(heedsIgnoreFiles: true) }

  package func checkAvailable() async throws {
    try Sandbox.checkAvailable()
    guard program.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: program) else {
      throw OrchestratorError(
        .runtimeUnavailable, "there is no program \(program.quoted), which looks after every process that is deployed",
        hint: "put orchestrator on the PATH, or name it by its absolute path with the setting 'program'")
    }
    try folder.ensureReachable(from: "the users that apps run as")
  }

  package func check(_ plan: ComponentPlan) async throws {
    let programs = plan.stack.programs(
      for: try SourceFolder(reopening: plan.sourceFolder), variables: plan.variables)
    guard let missing = programs.first(where: { SystemPrograms.path(of: $0) == nil }) else { return }
    throw OrchestratorError(
      .runtimeUnavailable,
      "\(plan.title), an app of the stack '\(plan.stack.name)', needs the program \(missing.quoted), which is not on this machine",
      hint: "install it (looked in \(SystemPrograms.searchPath)), or deploy with --runtime docker")
  }

  package func build(_ plan: ComponentPlan, context: String, receive: (String) async -> Void) async throws -> String {
    do {
      try folder.prepareDependencies(of: plan.app)
      return try await processBuild(of: plan, context: context).run(receive: receive)
    } catch let error as CocoaError {
      throw error.code == .fileWriteOutOfSpace
        ? .diskFull(while: "preparing the release", error) : folder.unwritable(error)
    }
  }

  package func isBuilt(_ plan: ComponentPlan, context: String, before _: ComponentPlan?) async throws -> Bool {
    try await processBuild(of: plan, context: context).isDone()
  }

  private func processBuild(of plan: ComponentPlan, context: String) throws -> ProcessBuild {
    ProcessBuild(
      plan: plan, source: try SourceFolder(context), release: release(plan),
      allDependencies: folder.dependencies(of: plan.app), user: user(of: plan), members: buildMembers(of: plan),
      program: program,
      commands: commands)
  }

  package func removeBuild(of plan: ComponentPlan) async throws {
    let release = release(plan)
    let members = buildMembers(of: plan)
    try ensureEnded(await members.killAll(), of: plan)
    await members.group?.remove()
    let files = AppFiles(commands: commands, user: user(of: plan))
    for path in [release.path, release.dependenciesLink] { try await files.remove(path) }
    try await Dependencies.removeUnused(of: plan.app, in: folder, files: files)
  }

  package func buildFolder() async -> String? { folder.path }

  package func buildSize(of plan: ComponentPlan) async throws -> Int { DiskSpace.used(by: release(plan).path) }

  package func start(_ workload: WorkloadPlan, on port: TCPPort) async throws -> [String] {
    let process = process(of: workload)
    var notes: [String] = []
    if process.specification() != nil {
      try await process.remove()
      notes.append("stopped the process of \(workload.label), left over from an interrupted deployment")
    }
    try ensureFree(port, for: workload)
    try await launch(workload, on: port)
    return notes
  }

  package func keepRunning(_ workload: WorkloadPlan) async throws { try process(of: workload).keep() }

  package func tend(_ workload: WorkloadPlan) async throws -> String? {
    try await process(of: workload).ensureSupervised() ? "its supervisor was gone; a new one looks after it" : nil
  }

  package func resume(_ workload: WorkloadPlan, on port: TCPPort) async throws -> String? {
    let process = process(of: workload)
    // It may have been started for another port, before a backup was restored.
    if let own = process.specification()?.port, own != port { try await process.remove() }
    let condition = await process.condition()?.condition
    if condition == .ended { await process.members.killAll() }
    if condition != .running { try ensureFree(port, for: workload) }
    guard condition != nil else {
      try await launch(workload, on: port, kept: true)
      return "started it anew"
    }
    try process.keep()
    guard try await process.ensureSupervised() else { return nil }
    return condition == .running ? "its supervisor was gone; a new one looks after it" : "started it again"
  }

  package func needsResuming(_ workload: WorkloadPlan) async throws -> Bool {
    process(of: workload).needsSupervisor()
  }

  package func state(of workload: WorkloadPlan) async throws -> WorkloadState? {
    let process = process(of: workload)
    guard let (condition, record) = await process.condition() else { return nil }
    var state = WorkloadState(condition, record)
    state.port = process.specification()?.port
    return state
  }

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

  package func ownedResources() async throws -> [OwnedResource] {
    // A group without a folder is of a workload whose folder was removed by hand, or by a program from before there were groups.
    let groups = ControlGroup.names(of: folder.path).filter { !$0.hasSuffix(Self.buildGroupSuffix) }
    let names = Set(FileManager.default.names(in: folder.processes) + groups).sorted()
    // The proxy is looked after by itself; a workload's name tells its release.
    return names.filter { !$0.hasSuffix("-proxy") }.map { name in
      OwnedResource(kind: .process, name: name) {
        try await SupervisedProcess(folder: folder.process(name), program: program).remove()
      }
    }
  }

  package func remnants() async -> [String] {
    SupervisedProcess.supervised(in: folder.processes).filter { !FileManager.default.isThere(folder.process($0)) }
  }

  package func remove(_ workload: WorkloadPlan) async throws {
    try await process(of: workload).remove()
    try await AppFiles(commands: commands, user: user(of: workload.plan)).remove(release(workload).temporary)
  }

  package func endProcesses(ofApp number: Int) async throws {
    let processes = processes(ofApps: [number])
    let left = await ProcessTree.killAll { processes.alive() }
    if !left.isEmpty { throw ProcessTree.failure(left, "the app's own user") }
  }

  package func strays(ofApps numbers: [Int]) async -> [ProcessEntry] {
    let strays = processes(ofApps: numbers).alive()
    guard !strays.isEmpty else { return [] }
    let members = FileManager.default.names(in: folder.processes).flatMap { name in
      SupervisedProcess(folder: folder.process(name), program: program).members.alive()
    }
    return strays.filter { !members.contains($0) && $0.goesOn }
  }

  /// All that run as these apps' own users; none where we are not root, as they have none.
  private func processes(ofApps numbers: [Int]) -> AppProcesses {
    let users = geteuid() == 0 ? numbers.map { AppUser.number(of: $0, first: firstUser) } : []
    return AppProcesses(users: Set(users))
  }

  package func limits(of workload: WorkloadPlan) -> String {
    let confinement = confinement(of: workload, on: workload.stack.internalPorts.first)
    let cores =
      confinement.cores.isEmpty
      ? "all \(Sandbox.ownCores.count) cores" : "\(confinement.cores.count) of \(Sandbox.ownCores.count) cores"
    let processes =
      confinement.processes.map { "\($0) processes" } ?? "any number of processes, as only root can limit that"
    return "\(workload.stack.limits.memory >> 20) MiB for each process, \(cores), \(processes)"
  }
}

extension ProcessRuntime {
  private func process(of workload: WorkloadPlan) -> SupervisedProcess {
    SupervisedProcess(folder: folder.process(workload.name), program: program, user: user(of: workload.plan).id)
  }

  /// All that building the component starts.
  private func buildMembers(of plan: ComponentPlan) -> ProcessTree {
    .ofBuild(
      in: release(plan).path, by: user(of: plan).id ?? geteuid(),
      group: ControlGroup(plan.name + Self.buildGroupSuffix, of: folder.path))
  }

  /// What no name of a workload ends with.
  private static let buildGroupSuffix = "+build"

  private func release(_ plan: ComponentPlan) -> ReleaseFolder { ReleaseFolder(plan, in: folder) }

  private func release(_ workload: WorkloadPlan) -> ReleaseFolder {
    ReleaseFolder(workload.plan, instance: workload.instance, in: folder)
  }

  private func user(of plan: ComponentPlan) -> AppUser { AppUser(of: plan, first: firstUser) }

  /// What the supervisor of the release is to start.
  package func specification(of workload: WorkloadPlan, on port: TCPPort) throws -> ProcessSpecification {
    let release = release(workload)
    let values = release.values(with: try Dependencies(of: release), plan: workload.plan)
      .merging(["host": "127.0.0.1", "port": port.description]) { _, own in own }
    // As in a container, the build's environment is the app's as well, unless only what was built is put where it runs.
    let building = workload.runBaseImage == nil ? workload.plan.buildVariables(filledWith: values) : [:]
    let environment = ProcessEnvironment.app(release).merging(building) { _, own in own }
      .merging(workload.environment(filledWith: values, home: release.home)) { _, own in own }
    return ProcessSpecification(
      command: try confinement(of: workload, on: port).command(
        workload.plan.command(filledWith: values, servingBy: release.serverConfiguration)),
      environment: environment,
      folder: workload.runFolder == "." ? release.source : "\(release.source)/\(workload.runFolder)",
      log: folder.appLog(workload), logOwner: user(of: workload.plan).id,
      stopSignal: workload.stack.stop.signal, grace: workload.stack.stop.grace, port: port,
      nginxConfiguration: workload.stack.run.serve.map { _ in release.serverConfiguration })
  }

  /// Writes the configuration of what serves the pages, which names the port, and starts with it.
  private func launch(_ workload: WorkloadPlan, on port: TCPPort, kept: Bool = false) async throws {
    let release = release(workload)
    // It went when the release was stopped before.
    if !FileManager.default.isThere(release.temporary) {
      try await AppFiles(commands: commands, user: user(of: workload.plan)).makeFolder(release.temporary)
    }
    if let serve = workload.stack.run.serve, let pages = workload.pagesFolder {
      let server = StaticSiteServer(
        serve: serve, folder: "\(release.source)/\(pages)", host: "127.0.0.1", port: port,
        temporaryFolder: release.temporary)
      try server.configuration.writeReadable(to: release.serverConfiguration)
    }
    try await process(of: workload).start(try specification(of: workload, on: port), kept: kept)
  }

  /// The limits of the stack, as far as a process can have them.
  private func confinement(of workload: WorkloadPlan, on port: TCPPort) -> Sandbox {
    let limits = workload.stack.limits
    let user = user(of: workload.plan).id
    return Sandbox(
      user: user, memory: limits.memory,
      // The system counts all processes of a user: those of a whole login where we are not root, and in a deployment those of all
      // components of two releases.
      processes: user == nil ? nil : (workload.appProcesses ?? limits.pids) * 2,
      cores: Sandbox.cores(
        Int(limits.cpus.rounded(.up)), of: Sandbox.ownCores, beginningAt: Int(port.number)))
  }

  /// Another program that sits on the port would get the app's requests.
  private func ensureFree(_ port: TCPPort, for workload: WorkloadPlan) throws {
    guard !PortProbe.isFree(port) else { return }
    let owner = PortOwner.words(for: port)
    throw OrchestratorError(
      .startFailed, "port \(port) on 127.0.0.1, which \(workload.title) was given, is in use by \(owner)",
      hint: "deploy again: another port will be chosen")
  }

  private func ensureEnded(_ processes: [ProcessEntry], of plan: ComponentPlan) throws {
    guard !processes.isEmpty else { return }
    throw ProcessTree.failure(processes, "the build of \(plan.title)")
  }
}

extension WorkloadState {
  fileprivate init(_ condition: SupervisedProcess.Condition, _ record: SupervisorRecord) {
    let phase: Phase =
      switch condition {
      case .running: .running
      case .restarting: .restarting
      case .ended: .exited
      }
    self.init(
      phase: phase, exitCode: record.lastExit?.status,
      startedAt: record.startedAt?.formatted(.iso8601), restarts: record.restarts,
      processID: condition == .running ? record.process?.id : nil)
  }
}
