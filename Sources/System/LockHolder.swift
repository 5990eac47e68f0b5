import Foundation
import Glibc
import OrchestratorModel

/// Who holds the lock on a file: the system knows, and no process can pretend to.
enum LockHolder {
  /// The processes that hold a lock on the file at `path`, as far as they are its owner's.
  static func all(of path: String) -> [ProcessEntry] {
    guard let file = FileIdentity(path) else { return [] }
    let ids = holders(of: file.inode, in: SystemFile.text("/proc/locks") ?? "")
    return ids.compactMap(ProcessEntry.init).filter { $0.isOf(file.owner) && $0.hasOpen(file) }
  }

  /// The ids of those that hold a lock on a file with that number, by the contents of `/proc/locks` (proc(5)). Files of two disks can have
  /// one number, and the disk is not told in a way that holds for all file systems.
  static func holders(of inode: UInt, in table: String) -> [Int] {
    let ids = table.split(separator: "\n").compactMap { line -> Int? in
      let fields = line.split(separator: " ")
      // 1: FLOCK  ADVISORY  WRITE 4711 fd:00:16220316 0 EOF; a line with `->` is of one that waits.
      guard fields.count > 5, fields[1] != "->", fields[5].split(separator: ":").last == "\(inode)" else { return nil }
      return Int(fields[4])
    }
    return Set(ids).sorted()
  }
}

extension ProcessEntry {
  /// Whether the process has the file open, as far as this user may see.
  fileprivate func hasOpen(_ file: FileIdentity) -> Bool {
    FileManager.default.children(of: "/proc/\(id)/fd").contains { FileIdentity($0) == file }
  }
}
