import Foundation
import Glibc
import OrchestratorModel
import Subprocess
import Synchronization
import SystemPackage
import UnixSignals

/// Looks after one process: starts it, starts it again when it dies, keeps its log within bounds, and stops it when asked to.
///
/// It is the whole of a process of its own, `orchestrator supervise FOLDER`, whose end does not end what it looks after: the next
/// supervisor takes over what runs.
package actor Supervisor {
  private let process: SupervisedProcess
  private let specification: ProcessSpecification
  private var record: SupervisorRecord
  /// Set when a signal asked for the end: the stop that is under way.
  private var stop: Task<Void, Never>?
  /// Whether the record is to be written down still.
  private var isNoted = false
  private var backoff = RestartBackoff()
  private let clock: any Clock<Duration>

  /// Looks after the process in `folder` until it is asked to stop, or the process ends and is not to be kept running.
  ///
  /// Does nothing when another supervisor does so already.
  package static func run(folder: String) async throws {
    var process = SupervisedProcess(folder: folder, program: "")
    _ = try await FileLock.withLockIfAvailable(process.lock) {
      guard let specification = process.specification() else { return }
      process.user = specification.user
      let supervisor = Supervisor(of: process, specification)
      await supervisor.run()
    }
  }

  private init(
    of process: SupervisedProcess, _ specification: ProcessSpecification, clock: any Clock<Duration> = .continuous
  ) {
    (self.process, self.specification, self.clock) = (process, specification, clock)
    record = process.record() ?? SupervisorRecord()
  }

  private func run() async {
    umask(0o027)
    Sandbox.takeOwnLimits()
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    let isFirst = record.supervisor == nil
    record.supervisor = .current
    let stopping = Task { for await signal in signals where signal != .sighup && !isStopping { beginToStop() } }
    let tidying = Task { await tidy() }
    defer {
      stopping.cancel()
      tidying.cancel()
    }
    if !isFirst { await takeOver() }
    while !isStopping, isFirst && record.startedAt == nil || process.isKept {
      await pauseBeforeRestart()
      guard !isStopping else { break }
      await runOnce()
    }
    await stop?.value
    tidying.cancel()
    await tidying.value
  }

  private var isStopping: Bool { stop != nil }

  /// Waits for the end of what an earlier supervisor started.
  private func takeOver() async {
    note()
    // As long as it is open here for writing the process cannot have a lease on it, for which all its readers would have to wait.
    let log = OpenLog(specification.log, forChange: true)
    while record.process?.isAlive ?? false { try? await clock.sleep(for: .milliseconds(100)) }
    withExtendedLifetime(log) {}
    // It may have been killed before it could write down what it had just started.
    await members.killAll()
    if !record.hasEnded { await ended(with: nil, after: RestartBackoff.settled) }
  }

  private func runOnce() async {
    if record.startedAt != nil { record.restarts += 1 }
    (record.process, record.startedAt, record.hasEnded) = (nil, Date(), false)
    var status = 127
    let time = await clock.measure {
      do {
        status = try await spawn()
      } catch {
        let text = Data("cannot start \(specification.command.joined(separator: " ")): \(error)\n".utf8)
        try? RotatedLog(specification.log).open().write(contentsOf: text)
      }
    }
    await ended(with: status, after: time)
  }

  /// Starts the process as the leader of a new session, in a control group of its own where there can be one, and waits for its end.
  private func spawn() async throws -> Int {
    var options = PlatformOptions()
    options.createSession = true
    let log = try RotatedLog(specification.log).open(owner: specification.logOwner)
    let descriptor = FileDescriptor(rawValue: log.fileDescriptor)
    var environment = specification.environment
    environment["ORCHESTRATOR_PROCESS"] = process.folder
    let command = Command(words(), onlyWith: environment, in: specification.folder)
    let result = try await Subprocess.run(
      command.executable, arguments: Arguments(command.arguments), environment: command.wholeEnvironment,
      workingDirectory: FilePath(specification.folder), platformOptions: options, input: .none,
      output: .fileDescriptor(descriptor, closeAfterSpawningProcess: false),
      error: .fileDescriptor(descriptor, closeAfterSpawningProcess: false)
    ) { execution in
      self.began(ProcessIdentity(started: execution.processIdentifier))
    }
    withExtendedLifetime(log) {}
    return result.terminationStatus.code
  }

  /// The command, by which the process enters its group if that can be made. The program that does so is our own, whatever has been put in its
  /// place since.
  private func words() -> [String] {
    guard let group = process.group, group.make() else { return specification.command }
    return GroupEntry.command(specification.command, entering: group, by: "/proc/self/exe")
  }

  private func began(_ program: ProcessIdentity) {
    record.process = program
    note()
    // Asked for while the process was being started, the stop has not found it.
    if isStopping { beginToStop() }
  }

  /// Clears away what the process left running, and writes down how it ended.
  private func ended(with status: Int?, after time: Duration) async {
    if let stop { await stop.value } else { await members.killAll() }
    backoff.ended(after: time)
    record.lastExit = .init(status: status, at: Date())
    record.hasEnded = true
    // Its number, and that of its session, can be a stranger's from now on.
    record.process = nil
    note()
  }

  private func pauseBeforeRestart() async {
    _ = try? await poll(every: .milliseconds(20), atMost: backoff.pause, clock: clock) { isStopping }
  }

  /// Asks the process to stop, and kills what has not stopped in time.
  private func beginToStop() {
    stop = Task { [members, specification] in
      await members.stop(StopSignal.number(of: specification.stopSignal), grace: specification.grace)
    }
  }

  private var members: ProcessTree { process.members(ledBy: record.process) }

  /// Keeps the log within bounds, to the end; it is the process itself that writes it.
  private func tidy() async {
    let log = RotatedLog(specification.log)
    while true {
      let isLast = Task.isCancelled
      await Self.rotate(log)
      if !isNoted { note() }
      if isLast { return }
      try? await clock.sleep(for: .milliseconds(200))
    }
  }

  /// While this copies, the supervisor does everything else that it has to do.
  @concurrent
  private static func rotate(_ log: RotatedLog) async { log.rotateIfNeeded() }

  /// Writes the record down; when that cannot be done, as on a full disk, it is tried again later.
  private func note() { isNoted = (try? process.write(record)) != nil }
}
