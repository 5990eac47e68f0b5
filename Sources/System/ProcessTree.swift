import Foundation
import Glibc
package import OrchestratorModel

/// The processes that belong together: all that came of one program.
///
/// What proves that a process is one of them is what it cannot choose: its control group, its session, its parents and its user. Its
/// environment and its title are its own; they only tell apart the processes of one user.
package struct ProcessTree: Sendable, Equatable {
  /// The number of the user that they all run as; nil when it is not known, and then nothing that they say of themselves counts.
  package var user: UInt32?
  /// The process that leads the session, if one was started.
  var leader: ProcessIdentity?
  /// What stands in the environment of each of them.
  package var mark: String?
  /// The group that they were started in, if there is one.
  package var group: ControlGroup?
  /// The configuration by which an nginx among them was started: nginx writes its title, where that is named, over its environment.
  package var nginxConfiguration: String?

  /// The variable that names a build in the environment of everything that it starts.
  package static let buildMark = "ORCHESTRATOR_BUILD"

  /// All that a build in `folder` started as `user`; it goes on when the one who builds is killed.
  package static func ofBuild(
    in folder: String, by user: UInt32 = geteuid(), group: ControlGroup? = nil
  ) -> ProcessTree {
    ProcessTree(user: user, mark: "\(buildMark)=\(folder)", group: group)
  }

  /// All that a command started as `user`.
  package static func ofCommand(by user: UInt32, group: ControlGroup?) -> ProcessTree {
    ProcessTree(user: user, group: group)
  }
}

/// Finding them.
extension ProcessTree {
  /// Those that have not ended.
  package func alive() -> [ProcessEntry] {
    var table = ProcessTable.all()
    let inGroup = group?.processes ?? []
    // One that was forked while the table was made.
    table += inGroup.subtracting(table.map(\.id)).compactMap { ProcessEntry(id: $0) }
    let kin = descendants(in: table)
    let nginx = nginxSessions(in: table)
    return table.filter { process in
      if inGroup.contains(process.id) || isLeader(process) { return true }
      guard isOneOfOurUser(process), ControlGroup.place(of: process.id) == nil else { return false }
      return isInSession(process, of: table) || kin.contains(process.id) || bearsMark(process)
        || (nginx.contains(process.session) && process.title.hasPrefix("nginx: "))
    }
  }

  private func isLeader(_ process: ProcessEntry) -> Bool {
    leader.map { $0.isOfThisStart && $0.id == process.id && $0.start == process.start } ?? false
  }

  private func isOneOfOurUser(_ process: ProcessEntry) -> Bool {
    user.map { process.isOf($0) && process.isInOurNamespace } ?? true
  }

  private func bearsMark(_ process: ProcessEntry) -> Bool {
    guard user != nil, let mark else { return false }
    return process.wasStarted(with: mark)
  }

  /// The sessions of the nginx that was started by the configuration.
  private func nginxSessions(in table: [ProcessEntry]) -> Set<Int> {
    guard let user, let nginxConfiguration else { return [] }
    let masters = table.filter { process in
      process.title.hasPrefix("nginx: master process ") && process.title.contains(" -c \(nginxConfiguration) ")
        && process.isOf(user)
    }
    return Set(masters.map(\.session))
  }

  private func isInSession(_ process: ProcessEntry, of table: [ProcessEntry]) -> Bool {
    guard let leader, leader.isOfThisStart, process.session == leader.id else { return false }
    // Once the session is empty its number can be given again, to a stranger.
    let holder = table.first { $0.id == leader.id }
    return holder.map { $0.start == leader.start } ?? (process.start >= leader.start)
  }

  /// All that came of the leader, as long as their parents live.
  private func descendants(in table: [ProcessEntry]) -> Set<Int> {
    guard let leader = table.first(where: isLeader) else { return [] }
    let children = Dictionary(grouping: table, by: \.parent)
    var (found, next) = (Set<Int>(), [leader.id])
    while let parent = next.popLast() {
      for child in children[parent] ?? [] where found.insert(child.id).inserted { next.append(child.id) }
    }
    return found
  }
}

extension ProcessTree {
  /// Those of the sockets that one of them has.
  package func own(_ sockets: [SocketAddress]) -> [SocketAddress] {
    guard !sockets.isEmpty else { return [] }
    // Mostly it is the first process that listens, and no other need be looked at.
    let leading = leader.flatMap { $0.isAlive ? ProcessEntry(id: $0.id)?.sockets : nil } ?? []
    if sockets.allSatisfy({ leading.contains($0.inode) }) { return sockets }
    let inodes = alive().reduce(into: leading) { $0.formUnion($1.sockets) }
    return sockets.filter { inodes.contains($0.inode) }
  }
}

/// Ending them.
extension ProcessTree {
  /// Kills all who are left, until none is.
  ///
  /// - Returns: those that the system could not end in 10 s.
  @discardableResult
  package func killAll() async -> [ProcessEntry] {
    await Self.killAll {
      group?.kill()
      return alive()
    }
  }

  /// Kills what `find` finds until it finds none.
  ///
  /// - Returns: those that the system could not end in 10 s.
  package static func killAll(_ find: () -> [ProcessEntry]) async -> [ProcessEntry] {
    var left: [ProcessEntry] = []
    _ = await pollToTheEnd(every: pause, atMost: .seconds(10)) {
      left = find()
      for process in left { process.send(SIGKILL) }
      return left.isEmpty
    }
    return left
  }

  /// Asks them to stop, waits until all have, and kills those that have not when `grace` is over.
  ///
  /// The leader's process group is asked first: a program ends what it started itself, in its own order. What is left when the leader has
  /// ended is asked then.
  ///
  /// - Returns: those that the system could not end.
  @discardableResult
  package func stop(_ signal: CInt, grace: Duration) async -> [ProcessEntry] {
    let askedGroup = askGroup(signal)
    var areOthersAsked = false
    let haveStopped = await pollToTheEnd(every: Self.pause, atMost: grace) {
      let left = alive()
      if !left.isEmpty, !areOthersAsked, !left.contains(where: isLeader) {
        for process in left where process.group != askedGroup { process.send(signal) }
        areOthersAsked = true
      }
      return left.isEmpty
    }
    return haveStopped ? [] : await killAll()
  }

  /// Sends a signal to the leader's process group; gives back its number, if the leader lives.
  private func askGroup(_ signal: CInt) -> Int? {
    guard let leader, leader.isAlive else { return nil }
    kill(-pid_t(leader.id), signal)
    return leader.id
  }

  /// The error for processes that could not be ended.
  package static func failure(_ processes: [ProcessEntry], _ what: String) -> OrchestratorError {
    OrchestratorError(
      .runtimeFailed, "\(what) has processes that could not be ended: \(processes.words)",
      hint: "end them, then try again")
  }

  private static let pause = Duration.milliseconds(20)
}

extension [ProcessEntry] {
  /// The processes by their ids and what they say they are, for messages.
  package var words: String { map { "\($0.id) (\($0.title.printable))" }.joined(separator: ", ") }
}

extension StopSignal {
  /// The number of a signal on this system.
  package static func number(of name: String) -> CInt {
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
