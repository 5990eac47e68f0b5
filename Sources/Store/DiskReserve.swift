import Foundation
import Glibc
import OrchestratorModel
import OrchestratorSystem

/// Room on a disk that is kept for making room: to remove something takes some for the store and the proxy's files, too.
package struct DiskReserve: Sendable {
  package let path: String

  /// How many bytes are kept.
  package static let size = 4 << 20

  private var disk: DiskSpace? { DiskSpace(at: path.parentFolder) }

  /// Takes the room where there is plenty; that it cannot be had stops nothing.
  package func keep() {
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int ?? 0
    guard size < Self.size, let disk, disk.free >= Self.size * 4 else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if posix_fallocate(descriptor, 0, Self.size) != 0 { unlink(path) }
    FaultPoint.pass("reserve kept")
  }

  /// Gives the room up where there is little left beside it.
  package func giveUpIfFull() {
    guard FileManager.default.isThere(path), let disk, disk.free < Self.size else { return }
    unlink(path)
    FaultPoint.pass("reserve given up")
  }
}

extension StateFolder {
  package var reserve: DiskReserve { DiskReserve(path: path + "/reserve") }
}
