import Foundation
import Synchronization

/// A file that lines are added to, readable by its owner only.
final class LogFile: Sendable {
  private let handle: Mutex<FileHandle>

  /// Makes the file and the folders above it anew.
  init(_ path: String) throws {
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: path.parentFolder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    guard manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw StateFolder(path.parentFolder).unwritable(nil) }
    self.handle = Mutex(handle)
  }

  deinit { handle.withLock { try? $0.close() } }

  /// Adds a line; a full disk loses it, and stops nothing.
  func append(_ line: String) {
    handle.withLock { try? $0.write(contentsOf: Data((line + "\n").utf8)) }
  }
}
