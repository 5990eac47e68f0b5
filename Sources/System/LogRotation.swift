import Foundation

/// Keeping a log within bounds that a program writes, as quickly as it can and whatever else it does to its file.
extension RotatedLog {
  /// Moves what the file holds on to `PATH.1` when it is too much: the newest of it, as much as full files may hold.
  ///
  /// What is written meanwhile stays, where the file system can take bytes out of the front of a file; elsewhere what comes at the very
  /// end may be lost. That nothing can be copied, as on a full disk, keeps nothing in the file.
  func rotateIfNeeded() {
    guard let file = OpenLog(path, forChange: true), file.exceeds(limit) else { return }
    let size = file.size
    let removable = file.removable(of: size)
    let copy = file.written(in: 0..<size).isEmpty ? nil : emptyFile("\(path).new")
    copy?.add(0..<removable, of: file, limit: fullLimit)
    // A reader that follows the log, and sees its file become shorter, finds the copy in its place.
    if copy != nil { moveOn(from: "\(path).new") }
    removeOldest()
    if file.removeFirst(removable) { return }
    copy?.add(removable..<file.size, of: file, limit: fullLimit)
    file.removeAll()
  }

  private func emptyFile(_ path: String) -> FileHandle? {
    let isMade = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    return isMade ? FileHandle(forWritingAtPath: path) : nil
  }
}

extension FileHandle {
  /// Adds the last `limit` bytes of what was written in `range`. What that leaves out is said, and they begin with a line.
  fileprivate func add(_ range: Range<Int>, of log: OpenLog, limit: Int) {
    let written = log.written(in: range)
    let newest = written.last(limit)
    var leftOut = written.bytes - newest.bytes
    for piece in log.pieces(of: newest) {
      let isCut = leftOut > 0
      if isCut { try? write(contentsOf: Data("\(leftOut.leftOut)\n".utf8)) }
      try? write(contentsOf: isCut ? Data(piece.drop { $0 != 0x0A }.dropFirst()) : Data(piece))
      leftOut = 0
    }
  }
}
