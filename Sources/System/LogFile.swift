import Foundation
import OrchestratorModel
import Synchronization

/// A log that we write ourselves: readable by its owner only, and kept within the bounds of a ``RotatedLog``.
package final class LogFile: Sendable {
  private struct File {
    let handle: FileHandle
    var size = 0
  }

  private let log: RotatedLog
  private let file: Mutex<File>

  /// Makes the file, and the folders above it, anew.
  package init(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path.parentFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    log = RotatedLog(path)
    log.remove()
    file = Mutex(File(handle: try log.open()))
  }

  /// Adds a line; a full disk loses it, and stops nothing.
  package func append(_ line: String) {
    let data = Data((line + "\n").utf8)
    file.withLock { file in
      if file.size + data.count > log.limit { beginAnew(&file) }
      try? file.handle.write(contentsOf: data)
      file.size += data.count
    }
  }

  private func beginAnew(_ file: inout File) {
    log.moveAside()
    // Where that fails, the file that was moved aside is written on.
    file = File(handle: (try? log.open()) ?? file.handle)
  }
}
