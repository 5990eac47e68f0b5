package import Glibc
package import SystemPackage

/// A folder that is open: what is in it is reached from here by its name (openat(2)), and never through a link.
///
/// So nothing that a folder's owner does meanwhile to the paths that lead to it leads elsewhere.
package final class OpenFolder: Sendable {
  private let descriptor: CInt

  private init(_ descriptor: CInt) throws(Errno) {
    guard descriptor >= 0 else { throw .current }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens the folder that a person named; links on the way are followed, this once.
  package static func named(_ path: String) throws(Errno) -> OpenFolder { try OpenFolder(open(path, passing)) }

  /// Opens the folder at an absolute path on which there was no link, and is to be none.
  package static func at(_ path: String) throws(Errno) -> OpenFolder {
    try named("/").folder(at: path.split(separator: "/").map(String.init))
  }

  /// Opens a folder in this one.
  package func folder(_ name: UnsafePointer<CChar>) throws(Errno) -> OpenFolder {
    try OpenFolder(openat(descriptor, name, Self.passing | O_NOFOLLOW))
  }

  /// Opens the folder to which `names` lead, one below the other.
  package func folder(at names: some Sequence<String>) throws(Errno) -> OpenFolder {
    var here = self
    for name in names { here = try here.folder(name) }
    return here
  }

  /// Opens a file for reading; nil when there is something else by that name. Nothing is waited for, as a pipe would have it.
  package func file(_ name: UnsafePointer<CChar>) throws(Errno) -> OpenFile? {
    let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    if opened < 0 && [ELOOP, ENXIO].contains(errno) { return nil }
    return try OpenFile(opened)
  }

  /// What the system knows of something in the folder, which may be a link; nil when there is nothing.
  package func facts(of name: UnsafePointer<CChar>) -> FileFacts? {
    var facts = stat()
    return fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? FileFacts(facts) : nil
  }

  /// What a link in the folder says; nil when there is no link by that name.
  package func target(of name: UnsafePointer<CChar>) -> String? { rawTarget(of: name).map(Self.text) }

  /// What a link in the folder says, byte for byte and with a zero at the end; nil when there is no link by that name.
  package func rawTarget(of name: UnsafePointer<CChar>) -> [CChar]? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(descriptor, name, &buffer, buffer.count - 1)
    return count < 0 ? nil : Array(buffer[..<count]) + [0]
  }

  /// The names of all that is in the folder, sorted. What of a name is no UTF-8 is U+FFFD, by which nothing can be opened.
  package func names() throws(Errno) -> [String] { try rawNames().map(Self.text).sorted() }

  /// The names of all that is in the folder, byte for byte and with a zero at the end, in no order.
  package func rawNames() throws(Errno) -> [[CChar]] {
    let readable = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard readable >= 0, let stream = fdopendir(readable) else { throw .current }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeMutablePointer(to: &entry.pointee.d_name) {
        let start = UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self)
        return Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
      }
      if !["", ".", ".."].contains(Self.text(name)) { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw .current }
    return names
  }

  private static func text(_ bytes: [CChar]) -> String {
    String(decoding: bytes.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Where the folder is now, without links (proc(5), `/proc/PID/fd`).
  package var path: String? { try? OpenFolder.named("/proc/self/fd").target(of: "\(descriptor)") }

  /// A path that leads here, wherever the folder is, as long as it is open.
  var lastingPath: String { "/proc/\(getpid())/fd/\(descriptor)" }

  /// `O_PATH` (open(2), fcntl.h), which Swift does not know: passing through a folder takes no right to read it.
  private static let passing = 0o10_000_000 | O_DIRECTORY | O_CLOEXEC
}

/// Writing into a folder that is ours alone.
extension OpenFolder {
  /// Makes a new folder in this one, which only its owner may enter.
  package func makeFolder(_ name: UnsafePointer<CChar>) throws(Errno) -> OpenFolder {
    guard mkdirat(descriptor, name, 0o700) == 0 else { throw .current }
    return try folder(name)
  }

  /// Makes a new link in the folder.
  package func makeLink(_ name: UnsafePointer<CChar>, to target: UnsafePointer<CChar>) throws(Errno) {
    guard symlinkat(target, descriptor, name) == 0 else { throw .current }
  }

  /// Gives a file that lies below `top` a further name in this folder (a hard link).
  package func makeHardLink(
    _ name: UnsafePointer<CChar>, to path: UnsafePointer<CChar>, below top: OpenFolder
  ) throws(Errno) {
    guard linkat(top.descriptor, path, descriptor, name, 0) == 0 else { throw .current }
  }

  /// Makes a new file in the folder, and opens it for writing.
  package func makeFile(_ name: UnsafePointer<CChar>) throws(Errno) -> FileDescriptor {
    let opened = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .current }
    return FileDescriptor(rawValue: opened)
  }

  /// Sets who may do what with a folder in this one.
  package func setPermissions(_ permissions: mode_t, of name: UnsafePointer<CChar>) throws(Errno) {
    guard fchmodat(descriptor, name, permissions, 0) == 0 else { throw .current }
  }
}

extension Errno {
  /// What the last call of this thread failed for.
  package static var current: Errno { Errno(rawValue: errno) }
}
