package import Foundation
import Glibc
import OrchestratorModel
import SystemPackage

// glibc tells Swift of it only where all of its extensions are asked for.
@_silgen_name("syncfs") private func syncfs(_ descriptor: CInt) -> CInt

/// Having what was written survive a loss of power: the system keeps it in memory for half a minute otherwise.
package enum Durable {
  /// Has the contents of the file at `path`, or the names in the folder, on the disk (fsync(2)).
  ///
  /// - Throws: `Errno`.
  package static func sync(_ path: String) throws { try syncing(path, O_RDONLY, fsync) }

  /// Has everything on the disk that was written to the file system of the folder at `path` (syncfs(2)): for trees of many files, as
  /// it waits for what others wrote as well.
  ///
  /// - Throws: `Errno`.
  package static func syncFileSystem(of path: String) throws { try syncing(path, O_RDONLY | O_DIRECTORY, syncfs) }

  /// Has files and folders on the disk that all are in `folder`: one by one or, where they are many, with all that is on its file system.
  ///
  /// - Throws: `Errno`.
  package static func sync(_ paths: [String], in folder: String) throws {
    guard paths.count <= 100 else { return try syncFileSystem(of: folder) }
    for path in paths { try sync(path) }
  }

  /// Puts a file with `data` in the place of the one at `path`, in one stroke: whatever happens, one of the two is there, and whole.
  ///
  /// - Throws: `Errno`.
  package static func replace(_ path: String, with data: Data, permissions: mode_t = 0o600) throws {
    let fresh = path + ".new"
    unlink(fresh)
    let file = try FileDescriptor.open(
      FilePath(fresh), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
      permissions: FilePermissions(rawValue: permissions))
    try file.closeAfter {
      try file.writeAll(data)
      guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
    guard rename(fresh, path) == 0 else { throw Errno(rawValue: errno) }
    try sync(path.parentFolder)
  }

  private static func syncing(_ path: String, _ flags: CInt, _ sync: (CInt) -> CInt) throws {
    let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    defer { close(descriptor) }
    // Some file systems cannot be asked for it.
    guard sync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS else { throw Errno(rawValue: errno) }
  }
}
