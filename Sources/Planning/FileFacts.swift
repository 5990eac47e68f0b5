package import Glibc

/// What the system knows of a file (stat(2)).
package struct FileFacts: Sendable {
  package enum Kind { case folder, file, link, other }

  package let kind: Kind
  /// Who may read, write and run it; nothing of what makes a program run as its owner.
  package let permissions: mode_t
  /// In bytes.
  package let size: Int
  /// The number of the user whom it belongs to.
  package let owner: UInt32
  /// How many names it has (hard links).
  package let names: Int
  /// What tells the file apart from all others, whatever its names are.
  package let identity: FileIdentity
  /// When its contents were changed last, in whole seconds and the nanoseconds beside them.
  let modified: timespec

  package init(_ facts: stat) {
    kind =
      switch facts.st_mode & S_IFMT {
      case S_IFDIR: .folder
      case S_IFREG: .file
      case S_IFLNK: .link
      default: .other
      }
    permissions = facts.st_mode & 0o777
    (size, owner, names) = (Int(facts.st_size), facts.st_uid, Int(facts.st_nlink))
    identity = FileIdentity(device: UInt64(facts.st_dev), number: UInt64(facts.st_ino))
    modified = facts.st_mtim
  }

  /// Whether the file has other contents than it had.
  func isChanged(since before: FileFacts) -> Bool {
    size != before.size || modified.tv_sec != before.modified.tv_sec || modified.tv_nsec != before.modified.tv_nsec
  }

  /// Whether the file came into a folder of `author` by a further name that it was given there, and the author may not read it.
  ///
  /// Where the system lets users give such names to files of others (proc(5), `protected_hardlinks`), root would read it for them.
  func isAnothers(than author: UInt32) -> Bool {
    names > 1 && owner != author && author != 0 && permissions & 0o004 == 0
  }
}

/// A file, whatever its names are.
package struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  /// Its inode.
  let number: UInt64
}
