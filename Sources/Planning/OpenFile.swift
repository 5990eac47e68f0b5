import Glibc
import OrchestratorModel
package import SystemPackage

/// A regular file that is open for reading.
///
/// It is read up to the size that it had when it was opened: a process that goes on writing, or makes it shorter, keeps no reader busy.
package final class OpenFile: Sendable {
  /// The most that is read at once: between two such pieces a reader can be interrupted.
  static let pieceSize = 1 << 20

  private let descriptor: CInt
  /// What it was when it was opened.
  package let facts: FileFacts

  /// Takes an open descriptor; nil when that is of no regular file.
  package init?(_ descriptor: CInt) throws(Errno) {
    guard descriptor >= 0 else { throw .current }
    var found = stat()
    guard fstat(descriptor, &found) == 0, FileFacts(found).kind == .file else {
      close(descriptor)
      return nil
    }
    (self.descriptor, facts) = (descriptor, FileFacts(found))
  }

  deinit { close(descriptor) }

  /// What it is now.
  func factsNow() throws(Errno) -> FileFacts {
    var found = stat()
    guard fstat(descriptor, &found) == 0 else { throw .current }
    return FileFacts(found)
  }

  /// The bytes from `offset` on, at most a piece; none at the end.
  package func piece(at offset: Int) throws(Errno) -> [UInt8] {
    let wanted = max(0, min(Self.pieceSize, facts.size - offset))
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      let got = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
      if got < 0 { failure = .current }
      count = max(0, got)
    }
    if let failure { throw failure }
    return bytes
  }

  /// Where the next bytes are that are stored, from `offset` on: a file may have holes (lseek(2), `SEEK_DATA`). Nil when none follow.
  func storedBytes(from offset: Int) -> Int? {
    let found = lseek(descriptor, off_t(offset), Self.seekData)
    if found >= 0 { return Int(found) }
    // Not every file system knows holes.
    return errno == ENXIO ? nil : offset
  }

  /// `SEEK_DATA` (unistd.h), which Swift does not know.
  private static let seekData: CInt = 3

  /// Gives all of it to `receive`, piece by piece.
  ///
  /// - Throws: `CancellationError`, an `Errno`, or what `receive` throws.
  package func read(_ receive: ([UInt8]) throws -> Void) async throws {
    var offset = 0
    while case let piece = try piece(at: offset), !piece.isEmpty {
      try receive(piece)
      offset += piece.count
      try await Task.breathe()
    }
  }

  /// Copies it to the new file at `path`, with who may do what with it, and when it was changed last.
  ///
  /// - Returns: whether another process changed it meanwhile; then the copy is what was read.
  /// - Throws: `CancellationError` or an `Errno`; the caller removes what was written.
  package func copy(to path: String) async throws -> Bool {
    let copy = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
    return try await self.copy(to: copy)
  }

  /// Copies it to a new file that is open for writing, as ``copy(to:)`` does, and closes that.
  package func copy(to copy: FileDescriptor) async throws -> Bool {
    try await copy.closing {
      if sharesContents(with: copy) { return try finish(copy) }
      let end = try await writeContents(to: copy)
      // What is left may be a hole.
      try copy.resize(to: Int64(max(end, min(facts.size, try factsNow().size))))
      return try finish(copy)
    }
  }

  /// Has the file system give the copy the same contents without copying them, where it can (ioctl_ficlone(2)).
  private func sharesContents(with copy: FileDescriptor) -> Bool {
    ioctl(copy.rawValue, Self.clone, descriptor) == 0
  }

  /// `FICLONE` (linux/fs.h), which Swift does not know.
  private static let clone: UInt = 0x4004_9409

  /// - Returns: where what was written ends.
  private func writeContents(to copy: FileDescriptor) async throws -> Int {
    var end = 0
    while let start = storedBytes(from: end), case let piece = try piece(at: start), !piece.isEmpty {
      try piece.withUnsafeBytes { _ = try copy.writeAll(toAbsoluteOffset: Int64(start), $0) }
      end = start + piece.count
      try await Task.breathe()
    }
    return end
  }

  /// - Returns: whether another process changed the file meanwhile.
  private func finish(_ copy: FileDescriptor) throws -> Bool {
    var times = [timespec(tv_sec: 0, tv_nsec: Self.timeNow), facts.modified]
    guard fchmod(copy.rawValue, facts.permissions) == 0, futimens(copy.rawValue, &times) == 0 else {
      throw Errno.current
    }
    return try factsNow().isChanged(since: facts)
  }

  /// `UTIME_NOW` (futimens(3)), which Swift does not know.
  private static let timeNow = (1 << 30) - 1
}

extension FileDescriptor {
  /// Closes the descriptor when `work` is done, whatever it throws.
  fileprivate func closing<Value>(_ work: () async throws -> Value) async throws -> Value {
    let result = await Result(catching: work)
    try close()
    return try result.get()
  }
}

extension Task where Success == Never, Failure == Never {
  /// Ends work that is long if its task was cancelled, and lets others at the processor, such as the task that cancels.
  package static func breathe() async throws {
    try checkCancellation()
    await yield()
  }
}
