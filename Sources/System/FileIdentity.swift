import Glibc

/// A file itself, whatever names it has.
struct FileIdentity: Hashable, Sendable {
  let device: UInt
  let inode: UInt
  /// The number of the user whose it is.
  let owner: UInt32

  /// The file at `path`, or that a link there leads to; nil when there is none.
  init?(_ path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    self.init(facts)
  }

  /// The file that is open as `descriptor`.
  init?(descriptor: CInt) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { return nil }
    self.init(facts)
  }

  private init(_ facts: stat) {
    (device, inode, owner) = (UInt(facts.st_dev), UInt(facts.st_ino), facts.st_uid)
  }
}
