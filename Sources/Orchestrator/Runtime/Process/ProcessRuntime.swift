import Foundation

/// Runs each release as a process of this machine, with a supervisor of its own.
package struct ProcessRuntime: WorkloadRuntime {
  let folder: StateFolder
  /// The program `orchestrator`, which supervises.
  let program: String
  let commands: any CommandRunner

  package var sourceRules: SourceRules { SourceRules(heedsIgnoreFiles: true, refusesLinksOutside: true) }

  package func checkAvailable() async throws {
    try Confinement.checkAvailable()
    guard program.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: program) else {
      throw OrchestratorError(
        .runtimeUnavailable, "there is no program \(program.quoted), which looks after every process that is deployed",
        hint: "put orchestrator on the PATH, or name it by its absolute path with the setting 'program'")
    }
    try refuseSecludedFolder()
  }

  package func check(_ plan: DeploymentPlan) async throws {
    guard let missing = plan.stack.programs(for: plan).first(where: { SystemPrograms.path(of: $0) == nil }) else { return }
    throw OrchestratorError(
      .runtimeUnavailable,
      "apps of the stack \(plan.stack.name.description.quoted) need the program \(missing.quoted), which is not on this machine",
      hint: "install it (looked in \(SystemPrograms.searchPath)), or deploy with --runtime docker")
  }

  package func build(_ plan: DeploymentPlan, context: String, receive: (String) async -> Void) async throws -> String {
    try folder.prepareDependencies(of: plan.app)
    return try await ProcessBuild(
      plan: plan, source: SourceFolder(context), folder: ReleaseFolder(plan, in: folder), commands: commands
    ).run(receive: receive)
  }

  package func removeBuild(of plan: DeploymentPlan) async throws {
    let release = ReleaseFolder(plan, in: folder)
    await ProcessBuild.endLeftovers(in: release)
    for path in [release.app, release.dependenciesLink] where FileManager.default.isThere(path) {
      try FileManager.default.removeItem(atPath: path)
    }
    try Dependencies.removeUnused(of: plan.app, in: folder)
  }

  package func start(_ plan: DeploymentPlan, on port: TCPPort) async throws -> [String] {
    let process = process(of: plan)
    var notes: [String] = []
    if process.specification() != nil {
      try await process.remove()
      notes.append("stopped the process of \(plan.app) \(plan.release), left over from an interrupted deployment")
    }
    try await process.start(try specification(of: plan, on: port))
    return notes
  }

  package func keepRunning(_ plan: DeploymentPlan) async throws { try process(of: plan).keep() }

  package func tend(_ plan: DeploymentPlan) async throws -> String? {
    try await process(of: plan).ensureSupervised() ? "its supervisor was gone; a new one looks after it" : nil
  }

  package func resume(_ plan: DeploymentPlan, on port: TCPPort) async throws -> String? {
    let process = process(of: plan)
    guard let condition = await process.condition()?.condition else {
      try await process.start(try specification(of: plan, on: port), kept: true)
      return "started it anew"
    }
    try process.keep()
    guard try await process.ensureSupervised() else { return nil }
    return condition == .running ? "its supervisor was gone; a new one looks after it" : "started it again"
  }

  package func state(of plan: DeploymentPlan) async throws -> WorkloadState? {
    guard let (condition, record) = await process(of: plan).condition() else { return nil }
    return WorkloadState(condition, record)
  }

  package func listeners(of plan: DeploymentPlan, on port: TCPPort) async -> ListenerReport? {
    let process = process(of: plan)
    let members = ProcessMembers(leader: process.record()?.process, mark: process.mark).alive()
    let sockets = members.reduce(into: Set<UInt64>()) { $0.formUnion($1.sockets) }
    return ListenerReport(
      expected: port, listeners: SocketTable.listeners().filter { sockets.contains($0.inode) }, isSecluded: false)
  }

  package func logs(
    of plan: DeploymentPlan, tail: Int?, follow: Bool, receive: (String) async throws -> Void
  ) async throws {
    let log = RotatedLog(folder.appLog(plan.app, plan.release))
    for line in log.lines(last: tail) ?? [] { try await receive(line) }
    guard follow else { return }
    let process = process(of: plan)
    try await log.follow(receive) { process.specification() != nil }
  }

  // A process writes into the release's own log from the beginning.
  package func saveLogs(of plan: DeploymentPlan) async {}

  package func remove(_ plan: DeploymentPlan) async throws {
    try await process(of: plan).remove()
    let temporary = ReleaseFolder(plan, in: folder).temporary
    for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] {
      try? FileManager.default.removeItem(atPath: "\(temporary)/\(name)")
    }
  }

  private func process(of plan: DeploymentPlan) -> SupervisedProcess {
    SupervisedProcess(folder: folder.process(plan.workload), program: program)
  }
}

extension ProcessRuntime {
  /// What the supervisor of the release is to start.
  func specification(of plan: DeploymentPlan, on port: TCPPort) throws -> ProcessSpecification {
    let release = ReleaseFolder(plan, in: folder)
    let dependencies = try Dependencies(
      folder: FileManager.default.destinationOfSymbolicLink(atPath: release.dependenciesLink))
    let values = release.values(with: dependencies, plan: plan)
      .merging(["host": "127.0.0.1", "port": port.description]) { _, own in own }
    let environment = ProcessEnvironment.app(release)
      .merging(plan.stack.build.env.filled(with: values)) { _, own in own }
      .merging(plan.environment(filledWith: values, home: release.home)) { _, own in own }
    return ProcessSpecification(
      command: try confinement(of: plan, on: port).command(plan.stack.run.command.filled(with: values)),
      environment: environment,
      folder: plan.runFolder == "." ? release.source : "\(release.source)/\(plan.runFolder)",
      log: folder.appLog(plan.app, plan.release), stopSignal: plan.stack.stop.signal, grace: plan.stack.stop.grace)
  }

  /// The limits of the stack, as far as a process can have them.
  private func confinement(of plan: DeploymentPlan, on port: TCPPort) -> Confinement {
    let limits = plan.stack.limits
    let user = AppUser.id(of: plan)
    return Confinement(
      user: user, memory: limits.memory,
      // The system counts all processes of a user: those of a whole login where we are not root, and in a deployment two releases.
      processes: user == nil ? nil : limits.pids * 2,
      cores: Confinement.cores(
        Int(limits.cpus.rounded(.up)), of: Confinement.ownCores, beginningAt: Int(port.number)))
  }

  /// The users that root gives to apps must be able to enter every folder on the way to the app.
  private func refuseSecludedFolder() throws {
    guard geteuid() == 0 else { return }
    let parents = sequence(first: folder.path) { $0 == "/" ? nil : $0.parentFolder }
    let closed = parents.first { path in
      let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]) as? Int
      return mode.map { $0 & 0o001 == 0 } ?? false
    }
    guard let closed else { return }
    throw OrchestratorError(
      .runtimeForbidden,
      "the users that apps run as cannot enter \(closed.quoted), on the way to the state folder \(folder.path.quoted)",
      hint: "choose a state folder that can be reached with --home or ORCHESTRATOR_HOME, such as /var/lib/orchestrator")
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
