import Foundation

/// A process, told apart from a later one that got the same id by the time of its start.
package struct ProcessIdentity: Sendable, Equatable, Codable {
  package let id: Int
  /// Clock ticks between the machine's start and the process's (proc(5), `/proc/PID/stat`, field 22).
  package let start: Int
  /// Which start of the machine that was (random(4), `boot_id`); nil where it is not known.
  package private(set) var boot: String?

  package init(id: Int, start: Int, boot: String? = nil) { (self.id, self.start, self.boot) = (id, start, boot) }

  /// The process that has the id now, if there is one that has not ended.
  package init?(id: Int) {
    guard let entry = ProcessEntry(id: id) else { return nil }
    self.init(id: id, start: entry.start)
    boot = Self.currentBoot
  }

  /// This process.
  package static let current: ProcessIdentity = {
    let id = Int(ProcessInfo.processInfo.processIdentifier)
    return ProcessIdentity(id: id) ?? ProcessIdentity(id: id, start: 0)
  }()

  private static let currentBoot = SystemFile.text("/proc/sys/kernel/random/boot_id")?
    .trimmingCharacters(in: .whitespacesAndNewlines)

  /// Whether the machine has not been started again since.
  var isOfThisStart: Bool { boot == nil || boot == Self.currentBoot }

  /// Whether the process still runs.
  package var isAlive: Bool { isOfThisStart && ProcessEntry(id: id)?.start == start }
}
