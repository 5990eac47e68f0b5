import Foundation
import Glibc
import OrchestratorModel

/// Giving a folder of one user, with all that is in it, to another.
///
/// The one whose it was may be changing it at the same moment. So everything is looked at and given by descriptors, no link is followed,
/// and what is not that user's stays as it is: there could be a second name of a stranger's file.
struct Handover {
  let user: NginxUser

  init(to user: NginxUser) { self.user = user }

  /// Gives the folder, as the last of all; what was interrupted is done once more.
  ///
  /// - Returns: whether it was not the user's already.
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable`.
  func folder(_ path: String) throws -> Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    defer { close(descriptor) }
    guard descriptor >= 0, let facts = Self.facts(of: descriptor) else { throw OrchestratorError.unwritable(path, nil) }
    if facts.st_uid == user.id && facts.st_gid == user.group { return false }
    giveContents(of: descriptor, from: facts.st_uid)
    guard fchown(descriptor, user.id, user.group) == 0 else { throw OrchestratorError.unwritable(path, nil) }
    return true
  }

  // As Linux has them (asm-generic/fcntl.h, linux/fcntl.h); Glibc's module leaves them out.
  private static let onlyPath: CInt = 0o10000000
  private static let itself: CInt = 0x1000

  private func giveContents(of folder: CInt, from owner: UInt32) {
    for name in Self.names(in: folder) {
      let descriptor = openat(folder, name, Self.onlyPath | O_NOFOLLOW | O_CLOEXEC)
      defer { close(descriptor) }
      guard descriptor >= 0, let facts = Self.facts(of: descriptor), facts.st_uid == owner else { continue }
      if facts.st_mode & S_IFMT == S_IFDIR {
        let inside = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if inside >= 0 { giveContents(of: inside, from: owner) }
        close(inside)
      }
      fchownat(descriptor, "", user.id, user.group, Self.itself)
    }
  }

  private static func facts(of descriptor: CInt) -> stat? {
    var facts = stat()
    return fstat(descriptor, &facts) == 0 ? facts : nil
  }

  private static func names(in folder: CInt) -> [String] {
    // The stream takes its descriptor with it.
    guard let stream = fdopendir(dup(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
