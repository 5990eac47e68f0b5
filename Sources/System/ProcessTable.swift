import Foundation
import Glibc

/// What the system tells of a process that has not ended (proc(5), `/proc/PID/stat`).
package struct ProcessEntry: Sendable, Equatable {
  package let id: Int
  package let parent: Int
  package let group: Int
  package let session: Int
  /// Clock ticks between the machine's start and the process's.
  package let start: Int

  package init?(id: Int) {
    // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
    guard let text = SystemFile.text("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    // One that has ended and was not collected by its parent keeps its entry.
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    guard let parent = Int(fields[1]), let group = Int(fields[2]), let session = Int(fields[3]),
      let start = Int(fields[19])
    else { return nil }
    (self.id, self.parent, self.group, self.session, self.start) = (id, parent, group, session, start)
  }

  /// The words with which the process says what it is, as `ps` shows them.
  package var title: String {
    let data = SystemFile.contents("/proc/\(id)/cmdline") ?? Data()
    return String(decoding: data.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
      .trimmingCharacters(in: .whitespaces)
  }

  /// Whether the process was started with `assignment`, `NAME=VALUE`, in its environment, as far as this user may see.
  ///
  /// It proves nothing by itself: a process can give its children any environment.
  func wasStarted(with assignment: String) -> Bool {
    let data = SystemFile.contents("/proc/\(id)/environ") ?? Data()
    return data.split(separator: 0).contains { $0.elementsEqual(assignment.utf8) }
  }

  /// The sockets that the process has open, as far as this user may see, by the number that the system gave them.
  package var sockets: Set<UInt64> {
    let folder = "/proc/\(id)/fd"
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Set(
      descriptors.compactMap { descriptor in
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)")
        guard let target, target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
        return UInt64(target.dropFirst(8).dropLast())
      })
  }
}

/// Whose the process is, which it cannot say wrongly.
extension ProcessEntry {
  /// Its real, effective, saved and file system's user (proc(5), `Uid` of `/proc/PID/status`); none when it has ended.
  package var users: [UInt32] {
    // The line comes after the name, in which the system writes the end of a line as `\n`.
    let lines = SystemFile.text("/proc/\(id)/status")?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix("Uid:") }?.split(separator: "\t").dropFirst().compactMap { UInt32($0) } ?? []
  }

  /// Whether it is the user's in every way: one that root lent to another, or the other way round, is neither's.
  package func isOf(_ user: UInt32) -> Bool {
    let users = users
    return users.count == 4 && users.allSatisfy { $0 == user }
  }

  /// Whether it is in no container, as far as this user may see: one there can have the number of any user.
  package var isInOurNamespace: Bool {
    guard let namespace = Self.namespace(of: "\(id)") else { return true }
    return namespace == Self.ownNamespace
  }

  private static let ownNamespace = namespace(of: "self")

  private static func namespace(of process: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/pid")
  }
}

/// Ending a process.
extension ProcessEntry {
  /// Whether it still runs: its number can be another's by now.
  package var goesOn: Bool { ProcessEntry(id: id)?.start == start }

  /// Sends a signal, if it still runs.
  package func send(_ signal: CInt) { if goesOn { kill(pid_t(id), signal) } }
}

/// The processes of this machine.
package enum ProcessTable {
  /// All that have not ended, in the order of their ids.
  package static func all() -> [ProcessEntry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(Int.init).sorted().compactMap(ProcessEntry.init)
  }
}
