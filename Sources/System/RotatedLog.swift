package import Foundation
import Glibc
import OrchestratorModel

/// A log that a program writes by itself, at its end always, and that another one keeps within bounds: what it has written so far moves
/// on to `PATH.1` when it is too much, and what was there to `PATH.2`. So the writer never waits for the other one.
package struct RotatedLog: Sendable {
  package let path: String
  /// How large the file may grow that is written to, in bytes; it is looked at now and then.
  package var limit = 9 << 20
  /// How many full files are kept beside it.
  package var kept = 2
  /// How much there may be in all of those, in bytes.
  var fullLimit = 20 << 20

  package init(_ path: String) { self.path = path }

  /// The files, oldest first.
  package var files: [String] { (1...kept).reversed().map { "\(path).\($0)" } + [path] }

  /// What the writer has filled last.
  var fullFile: String { "\(path).1" }

  /// Opens the log for a process to write to; it is made if need be, for its owner only.
  ///
  /// - Parameter owner: the number of the user and group that it is to belong to; nil means ours.
  package func open(owner: UInt32? = nil) throws -> FileHandle {
    let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw OrchestratorError.unwritable(path.parentFolder, nil) }
    if let owner { fchown(descriptor, owner, owner) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Moves the file away, for a writer that opens it anew right afterwards; what was there moves on.
  package func moveAside() { moveOn(from: path) }

  /// Makes the file at `source` the full one; what was there moves on.
  func moveOn(from source: String) {
    let full = files.dropLast()
    for (older, newer) in zip(full, full.dropFirst()) { rename(newer, older) }
    rename(source, fullFile)
  }

  /// Removes the older ones of the full files when all of them hold more than they may.
  func removeOldest() {
    var left = fullLimit
    for file in files.dropLast().reversed() {
      left -= RotatedLog(file).size
      if left < 0, file != fullFile { unlink(file) }
    }
  }

  /// Removes all files.
  package func remove() { for file in files { unlink(file) } }

  /// How much has been written to the file, in bytes.
  package var size: Int {
    ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int) ?? 0
  }
}

/// Reading.
extension RotatedLog {
  /// The last `count` lines without their ends, or all, some at a time; nil when there is no log.
  ///
  /// - Parameter end: where in the file to stop reading; nil means at its end.
  package func excerpt(last count: Int? = nil, upTo end: Int? = nil) -> LogExcerpt? {
    var (excerpt, attempts): (LogExcerpt?, Int) = (nil, 0)
    while attempts < 5 {
      // The newest first: what moves on meanwhile is not read twice.
      guard let newest = OpenLog(path) else { return nil }
      let size = newest.size
      let full = files.dropLast().reversed().compactMap { OpenLog($0) }
      excerpt = LogExcerpt(of: full.reversed() + [newest], last: count, upTo: end)
      // What was just moving on could stand in neither of them.
      if newest.size >= size, OpenLog(fullFile)?.identity == full.first?.identity { break }
      attempts += 1
    }
    return excerpt
  }

  /// The same, all at once.
  package func lines(last count: Int? = nil, upTo end: Int? = nil) -> [String]? {
    excerpt(last: count, upTo: end).map { Array($0.joined()) }
  }
}
