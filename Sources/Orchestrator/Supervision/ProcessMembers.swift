import Foundation
import Glibc

/// The processes that belong together: all that came of one supervised process.
struct ProcessMembers: Sendable {
  /// The process that leads the session, if one was started.
  let leader: ProcessIdentity?
  /// What stands in the environment of each of them, and of no other: a process can leave its session, hardly its environment.
  let mark: String
  /// The configuration by which an nginx among them was started: nginx writes its title, where that is named, over its environment.
  var nginxConfiguration: String?

  /// The variable that names a build in the environment of everything that it starts.
  static let buildMark = "ORCHESTRATOR_BUILD"

  /// All that a build in `folder` started; it goes on when the one who builds is killed.
  static func ofBuild(in folder: String) -> ProcessMembers {
    ProcessMembers(leader: nil, mark: "\(buildMark)=\(folder)")
  }

  /// Those that have not ended.
  func alive() -> [ProcessEntry] {
    let table = ProcessTable.all()
    let nginx = nginxSessions(in: table)
    return table.filter { process in
      isInSession(process, of: table) || process.wasStarted(with: mark)
        || (nginx.contains(process.session) && process.title.hasPrefix("nginx: "))
    }
  }

  /// The sessions of the nginx that was started by the configuration.
  private func nginxSessions(in table: [ProcessEntry]) -> Set<Int> {
    guard let nginxConfiguration else { return [] }
    let masters = table.filter { process in
      process.title.hasPrefix("nginx: master process ") && process.title.contains(" -c \(nginxConfiguration) ")
    }
    return Set(masters.map(\.session))
  }

  private func isInSession(_ process: ProcessEntry, of table: [ProcessEntry]) -> Bool {
    guard let leader, leader.isOfThisStart, process.session == leader.id else { return false }
    // Once the session is empty its number can be given again, to a stranger.
    let holder = table.first { $0.id == leader.id }
    return holder.map { $0.start == leader.start } ?? (process.start >= leader.start)
  }

  /// Sends `signal` to the leader's process group.
  func signalGroup(_ signal: CInt) {
    guard let leader, leader.isAlive else { return }
    kill(-pid_t(leader.id), signal)
  }

  /// Kills whoever is left, until nobody is.
  ///
  /// - Returns: those that the system could not end in 10 s.
  @discardableResult
  func killAll() async -> [ProcessEntry] {
    let start = ContinuousClock.now
    while true {
      let left = alive()
      if left.isEmpty || ContinuousClock.now - start > .seconds(10) { return left }
      for process in left { kill(pid_t(process.id), SIGKILL) }
      await Self.pause()
    }
  }

  /// Asks the group to stop, waits until everybody has, and kills those who have not when `grace` is over.
  ///
  /// - Returns: those that the system could not end.
  @discardableResult
  func stop(_ signal: CInt, grace: Duration) async -> [ProcessEntry] {
    signalGroup(signal)
    let start = ContinuousClock.now
    while ContinuousClock.now - start < grace, !alive().isEmpty { await Self.pause() }
    return await killAll()
  }

  /// The error for processes that could not be ended.
  static func failure(_ processes: [ProcessEntry], _ what: String) -> OrchestratorError {
    let names = processes.map { "\($0.id) (\($0.title.printable))" }.joined(separator: ", ")
    return OrchestratorError(
      .runtimeFailed, "\(what) has processes that could not be ended: \(names)", hint: "end them, then try again")
  }

  /// A stop is carried through to its end, also when the task is cancelled.
  private static func pause() async {
    await Task { try? await Task.sleep(for: .milliseconds(20)) }.value
  }
}

extension StopSignal {
  /// The number of a signal on this system.
  static func number(of name: String) -> CInt {
    switch name {
    case "SIGINT": SIGINT
    case "SIGQUIT": SIGQUIT
    case "SIGHUP": SIGHUP
    case "SIGUSR1": SIGUSR1
    case "SIGUSR2": SIGUSR2
    case "SIGWINCH": SIGWINCH
    default: SIGTERM
    }
  }
}
