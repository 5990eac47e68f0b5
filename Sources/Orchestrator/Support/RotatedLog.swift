import Foundation
import Glibc

/// A log that a process writes by itself, at its end always, and that somebody else keeps within bounds.
///
/// When the file has grown too large it is copied to `PATH.1` and emptied; what was there moves on to `PATH.2`. So the writer never
/// waits for anybody. A line that is written between the copy and the emptying is lost.
struct RotatedLog: Sendable {
  let path: String
  /// How large one file may grow, in bytes.
  var limit = 10 << 20
  /// How many full files are kept beside the one that is written to.
  var kept = 2

  init(_ path: String) { self.path = path }

  /// The files, oldest first.
  private var files: [String] { (1...kept).reversed().map { "\(path).\($0)" } + [path] }

  /// Opens the log for a process to write to; it is made if need be, for its owner only.
  ///
  /// - Parameter owner: the number of the user and group that it is to belong to; nil means ours.
  func open(owner: UInt32? = nil) throws -> FileHandle {
    let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw StateFolder(path.parentFolder).unwritable(nil) }
    if let owner { fchown(descriptor, owner, owner) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Empties the file if it has grown too large; that this fails, as on a full disk, stops nothing.
  func rotateIfNeeded() {
    guard size > limit else { return }
    let names = files
    for (older, newer) in zip(names, names.dropFirst().dropLast()) { rename(newer, older) }
    let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    let source = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard let copy = emptyFile(names[names.count - 2]) else { return }
    // What comes while the file is copied is copied as well; but whoever writes faster than that must not keep us here.
    var left = limit * 2
    while left > 0, let part = try? source.read(upToCount: min(left, 1 << 20)), !part.isEmpty {
      try? copy.write(contentsOf: part)
      left -= part.count
    }
    ftruncate(descriptor, 0)
  }

  /// Moves the file away, for a writer that opens it anew right afterwards; what was there moves on.
  func moveAside() {
    let names = files
    for (older, newer) in zip(names, names.dropFirst()) { rename(newer, older) }
  }

  /// How much has been written to the file, in bytes.
  var size: Int {
    ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int) ?? 0
  }

  private func emptyFile(_ path: String) -> FileHandle? {
    let isMade = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    return isMade ? FileHandle(forWritingAtPath: path) : nil
  }

  /// The last `count` lines without their ends, or all; nil when there is no log.
  ///
  /// - Parameter end: where in the file to stop reading; nil means at its end.
  func lines(last count: Int? = nil, upTo end: Int? = nil) -> [String]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    var lines: [String] = []
    for file in files.reversed() {
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      lines = Self.lines(of: file == path ? data.prefix(end ?? data.count) : data) + lines
      if let count, lines.count >= count { return lines.suffix(count) }
    }
    return lines
  }

  /// Gives every line that was written after the first `start` bytes to `receive`, as long as `isWritten` says that more can come.
  func follow(
    from start: Int, _ receive: (String) async throws -> Void, while isWritten: () -> Bool
  ) async throws {
    var offset = UInt64(start)
    var waiting = Data()
    while true {
      // Asked before the reading: what was written before the end came is read.
      let goesOn = isWritten()
      if UInt64(size) < offset { offset = 0 }
      if let handle = FileHandle(forReadingAtPath: path), (try? handle.seek(toOffset: offset)) != nil,
        let new = try handle.readToEnd(), !new.isEmpty
      {
        offset += UInt64(new.count)
        waiting += new
        if let end = waiting.lastIndex(of: UInt8(ascii: "\n")) {
          for line in Self.lines(of: waiting[...end]) { try await receive(line) }
          waiting = Data(waiting[waiting.index(after: end)...])
        }
      }
      guard goesOn else { return }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  private static func lines(of data: Data) -> [String] {
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String(decoding: $0, as: UTF8.self).printableLine }
  }
}
