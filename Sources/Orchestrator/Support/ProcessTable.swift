import Foundation
import Glibc

/// What the system tells of a process that has not ended (proc(5), `/proc/PID/stat`).
struct ProcessEntry: Sendable {
  let id: Int
  let parent: Int
  let group: Int
  let session: Int
  /// Clock ticks between the machine's start and the process's.
  let start: Int

  init?(id: Int) {
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
  var title: String {
    let data = SystemFile.contents("/proc/\(id)/cmdline") ?? Data()
    return String(decoding: data.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
      .trimmingCharacters(in: .whitespaces)
  }

  /// Whether the process was started with `assignment`, `NAME=VALUE`, in its environment, as far as this user may see.
  func wasStarted(with assignment: String) -> Bool {
    let data = SystemFile.contents("/proc/\(id)/environ") ?? Data()
    return data.split(separator: 0).contains { $0.elementsEqual(assignment.utf8) }
  }

  /// The sockets that the process has open, as far as this user may see, by the number that the system gave them.
  var sockets: Set<UInt64> {
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

/// The processes of this machine.
enum ProcessTable {
  /// All that have not ended, in the order of their ids.
  static func all() -> [ProcessEntry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(Int.init).sorted().compactMap(ProcessEntry.init)
  }
}
