import Foundation

/// A process, told apart from a later one that got the same id by the time of its start.
struct ProcessIdentity: Sendable, Equatable {
  let id: Int
  /// Clock ticks between the machine's start and the process's (proc(5), `/proc/PID/stat`, field 22).
  let start: Int

  /// This process.
  static let current = ProcessIdentity(
    id: Int(ProcessInfo.processInfo.processIdentifier),
    start: startTime(of: Int(ProcessInfo.processInfo.processIdentifier)) ?? 0)

  /// Whether the process still runs.
  var isAlive: Bool { Self.startTime(of: id) == start }

  private static func startTime(of id: Int) -> Int? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return nil }
    // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
    let text = String(decoding: data, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    // One that has ended and was not collected by its parent keeps its entry.
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return Int(fields[19])
  }
}
