import Foundation
import Glibc
import OrchestratorModel
import Subprocess
import SystemPackage

/// A process that outlives the command that started it, and that a supervisor of its own looks after.
///
/// All that is known of it stands in a folder, `processes/NAME`: what to run, whether it is to be kept running, and what its
/// supervisor wrote down. The process that holds the lock in that folder is the supervisor.
package struct SupervisedProcess: Sendable {
  package let folder: String
  /// The program `orchestrator`, which becomes the supervisor.
  package let program: String
  /// The number of the user that it runs as, where that is known without its specification.
  package var user: UInt32?

  package init(folder: String, program: String, user: UInt32? = nil) {
    (self.folder, self.program, self.user) = (folder, program, user)
  }

  package var lock: String { folder + "/lock" }
  private var specificationFile: String { folder + "/process.json" }
  private var recordFile: String { folder + "/state.json" }
  private var keepFile: String { folder + "/keep" }
  private var supervisorLog: String { folder + "/supervisor.log" }

  /// What stands in the environment of every process that belongs to this one.
  package var mark: String { "ORCHESTRATOR_PROCESS=\(folder)" }

  /// How the process is.
  package enum Condition: Sendable, Equatable {
    case running
    /// It ended, and its supervisor starts it again in a moment.
    case restarting
    case ended
  }

  /// What to run; nil when there is no such process.
  package func specification() -> ProcessSpecification? { Self.read(specificationFile) }

  package func record() -> SupervisorRecord? { Self.read(recordFile) }

  package func write(_ record: SupervisorRecord) throws { try Self.write(record, to: recordFile) }

  /// Whether it is started again when it ends.
  package var isKept: Bool { FileManager.default.fileExists(atPath: keepFile) }

  package var members: ProcessTree { members(ledBy: record()?.process) }

  /// All that came of the process, of which `leader` was the first.
  package func members(ledBy leader: ProcessIdentity?) -> ProcessTree {
    let specification = specification()
    // Who is not root has no processes but their own, and root none that is not named.
    let user = geteuid() == 0 ? user ?? specification?.user : geteuid()
    return ProcessTree(
      user: user, leader: leader, mark: mark, group: group, nginxConfiguration: specification?.servedConfiguration)
  }

  /// The group that all of it are in, where there can be groups.
  package var group: ControlGroup? {
    ControlGroup(URL(fileURLWithPath: folder).lastPathComponent, of: folder.parentFolder.parentFolder)
  }

  private static func read<Value: Decodable>(_ path: String) -> Value? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Value.self, from: $0) }
  }

  /// Nothing of it is of use after a restart of the machine, so it need not survive a loss of power.
  private static func write(_ value: some Encodable, to path: String) throws {
    let fresh = path + ".new"
    let data = try JSONEncoder().encode(value)
    guard FileManager.default.createFile(atPath: fresh, contents: data, attributes: [.posixPermissions: 0o600]),
      rename(fresh, path) == 0
    else { throw OrchestratorError.unwritable(path.parentFolder, nil) }
  }
}

extension ProcessSpecification {
  /// The configuration of the nginx that this is, if it is one; its command says it where an earlier version began it.
  fileprivate var servedConfiguration: String? {
    nginxConfiguration ?? zip(command, command.dropFirst()).first { $0 == "-c" && $1.hasSuffix("/nginx.conf") }?.1
  }
}

extension SupervisedProcess {
  /// Starts the process and its supervisor; returns when it runs, or has ended already, or was removed meanwhile.
  ///
  /// - Parameter kept: whether it is started again when it ends.
  /// - Throws: ``OrchestratorError`` with the code `start_failed` or `state_unwritable`.
  package func start(_ specification: ProcessSpecification, kept: Bool = false) async throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw OrchestratorError.unwritable(folder, error)
    }
    FaultPoint.pass("process folder made")
    do {
      try Durable.replace(specificationFile, with: JSONEncoder().encode(specification))
    } catch {
      throw OrchestratorError.unwritable(folder, error)
    }
    FaultPoint.pass("process specified")
    if kept { try keep() }
    try await launchSupervisor()
  }

  /// Has the process started again from now on when it ends.
  package func keep() throws {
    defer { FaultPoint.pass("process kept") }
    guard FileManager.default.createFile(atPath: keepFile, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw OrchestratorError.unwritable(folder, nil)
    }
    try? Durable.sync(folder)
  }

  /// Gives a process that is to be kept running a supervisor, if it has none: it takes over what runs, or starts it.
  ///
  /// - Returns: whether that was needed.
  package func ensureSupervised() async throws -> Bool {
    guard isKept, specification() != nil, needsSupervisor() else { return false }
    try await launchSupervisor()
    return specification() != nil
  }

  /// Whether no supervisor looks after the process, or nothing is known of it.
  package func needsSupervisor() -> Bool {
    specification() == nil || (!(record()?.supervisor?.isAlive ?? false) && supervisors().isEmpty)
  }

  /// How the process is, and what was written down of it; nil when there is no such process.
  package func condition() async -> (condition: Condition, record: SupervisorRecord)? {
    guard specification() != nil else { return nil }
    let start = ContinuousClock.now
    while true {
      let record = record() ?? SupervisorRecord()
      if record.process?.isAlive ?? false { return (.running, record) }
      let isSupervised = record.supervisor?.isAlive ?? false
      if isSupervised && isKept { return (.restarting, record) }
      // Its supervisor is about to write down how it ended.
      if !isSupervised || record.hasEnded || ContinuousClock.now - start > .seconds(1) { return (.ended, record) }
      try? await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Stops the process in its own way, and removes all that is known of it.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_failed` when something of it could not be ended.
  package func remove() async throws {
    guard FileManager.default.fileExists(atPath: folder) else {
      try ensureEnded(await members.killAll())
      return try await removeGroup()
    }
    // From now on no command gives it a new supervisor.
    unlink(keepFile)
    FaultPoint.pass("process not kept")
    let isRemoved = try await poll(
      every: .milliseconds(20), atMost: .seconds(30), heedsCancellation: false, until: removeAlone)
    if !isRemoved { throw ProcessTree.failure(supervisors(), folder.quoted) }
  }

  /// Removes the process once it has no supervisor; tells whether that could be done.
  private func removeAlone() async throws -> Bool {
    let specification = specification()
    let grace = specification?.grace ?? .zero
    for supervisor in supervisors() { await end(supervisor, within: grace + .seconds(15)) }
    return try await FileLock.withLockIfAvailable(lock) {
      // Without a supervisor the process is ours to stop.
      let signal = StopSignal.number(of: specification?.stopSignal ?? "SIGTERM")
      try ensureEnded(await members.stop(signal, grace: grace))
      FaultPoint.pass("process stopped")
      try await removeGroup()
      try FileManager.default.removeItem(atPath: folder)
      FaultPoint.pass("process forgotten")
      return true
    } ?? false
  }

  /// Those who look after the process, of whom there is one: by the lock that they hold, whatever program they were started from, and also
  /// where on a full disk they could not write down that they do.
  private func supervisors() -> [ProcessEntry] { LockHolder.all(of: lock).filter { $0.id != getpid() } }

  /// The names of the processes that our supervisors look after whose folders are, or were, in `folder`.
  package static func supervised(in folder: String) -> [String] {
    ProcessTable.all().compactMap { process in
      guard let place = process.title.firstRange(of: " supervise \(folder)/") else { return nil }
      // A title is what its program says: another user's says nothing.
      let owner = try? FileManager.default.attributesOfItem(atPath: "/proc/\(process.id)")[.ownerAccountID] as? NSNumber
      return owner?.uint32Value == geteuid() ? String(process.title[place.upperBound...]) : nil
    }
  }

  private func removeGroup() async throws {
    guard let group, await !group.remove() else { return }
    throw OrchestratorError(
      .runtimeFailed,
      "\(folder.quoted) has processes that could not be ended: those of the control group \(group.place)",
      hint: "end them, then try again")
  }

  private func ensureEnded(_ processes: [ProcessEntry]) throws {
    if !processes.isEmpty { throw ProcessTree.failure(processes, folder.quoted) }
  }

  /// Asks the supervisor to stop its process and to end, and kills it when that takes longer than it can.
  private func end(_ supervisor: ProcessEntry, within limit: Duration) async {
    supervisor.send(SIGTERM)
    FaultPoint.pass("supervisor asked to stop")
    if await pollToTheEnd(every: .milliseconds(10), atMost: limit, until: { !supervisor.goesOn }) { return }
    supervisor.send(SIGKILL)
    _ = await pollToTheEnd(every: .milliseconds(10), atMost: .seconds(10)) { !supervisor.goesOn }
  }

  /// Starts a supervisor in a session of its own, and waits until it has written down that it is at work.
  private func launchSupervisor() async throws {
    let log = try RotatedLog(supervisorLog).open()
    let descriptor = FileDescriptor(rawValue: log.fileDescriptor)
    // A signal to our own group must not end what is on its way to become the supervisor.
    var options = PlatformOptions()
    options.createSession = true
    guard let setsid = SystemPrograms.path(of: "setsid") else { return try Sandbox.checkAvailable() }
    try await FaultPoint.around("supervisor") {
      _ = try await Subprocess.run(
        .path(FilePath(setsid)), arguments: ["--fork", program, "supervise", folder],
        environment: .custom(["PATH": SystemPrograms.searchPath]), workingDirectory: "/", platformOptions: options,
        input: .none,
        output: .fileDescriptor(descriptor, closeAfterSpawningProcess: false),
        error: .fileDescriptor(descriptor, closeAfterSpawningProcess: false))
    }
    withExtendedLifetime(log) {}
    let isUp = try await poll(every: .milliseconds(5), atMost: .seconds(10)) {
      if let record = record(), record.process != nil || record.hasEnded, isAtWork(record) { return true }
      // A command that removed the process meanwhile was quicker.
      return specification() == nil
    }
    if !isUp { throw supervisorFailure() }
  }

  /// Whether a supervisor has taken over, or has seen a process to its end that is not to be kept running.
  private func isAtWork(_ record: SupervisorRecord) -> Bool {
    record.supervisor?.isAlive ?? false || (record.hasEnded && !isKept)
  }

  private func supervisorFailure() -> OrchestratorError {
    let lines = RotatedLog(supervisorLog).lines(last: 5) ?? []
    return OrchestratorError(
      .startFailed,
      "the supervisor of \(folder.quoted) did not start: \(lines.joined(separator: "\n").nonEmpty ?? "it said nothing")",
      hint: "the disk may be full; the setting 'program' names the program orchestrator, and is \(program.quoted)")
  }
}
