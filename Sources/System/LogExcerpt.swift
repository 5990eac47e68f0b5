import Foundation

/// The last lines of a log as it was at one moment, some at a time: no more of it is held in memory than a piece.
package struct LogExcerpt: Sequence, IteratorProtocol {
  private struct Part {
    let file: OpenLog
    var range: Range<Int>
  }

  /// What is still to be read: the newest first.
  private var parts: [Part] = []
  private var splitter = LineSplitter()

  /// - Parameters:
  ///   - files: the log's, oldest first. Where one ends in the middle of a line, the next one goes on with it.
  ///   - count: how many lines; nil means all.
  ///   - end: where in the newest file to stop reading; nil means at its end.
  package init(of files: [OpenLog], last count: Int?, upTo end: Int?) {
    for (index, file) in files.reversed().enumerated() {
      let size = index == 0 ? Swift.min(file.size, end ?? .max) : file.size
      parts += file.written(in: 0..<size).last(OpenLog.most).reversed().map { Part(file: file, range: $0) }
    }
    if let count { keep(last: count) }
  }

  package mutating func next() -> [String]? {
    while let part = parts.popLast() {
      let bytes = part.file.bytes(in: part.range)
      let rest = part.range.dropFirst(bytes.count)
      if !bytes.isEmpty, !rest.isEmpty { parts.append(Part(file: part.file, range: rest)) }
      let lines = splitter.lines(in: bytes)
      if !lines.isEmpty { return lines }
    }
    return splitter.rest().map { [$0] }
  }

  /// Gives every line to `receive`.
  ///
  /// - Throws: `CancellationError`, or what `receive` throws.
  package func read(_ receive: (String) async throws -> Void) async throws {
    for lines in self {
      try Task.checkCancellation()
      for line in lines { try await receive(line) }
    }
  }

  /// Leaves out what stands before the last `count` lines, which are looked for from the end.
  private mutating func keep(last count: Int) {
    guard count > 0 else { return parts = [] }
    var (left, isAtEnd) = (count, true)
    for index in parts.indices {
      for piece in parts[index].range.piecesFromEnd(of: OpenLog.piece) {
        let bytes = parts[index].file.bytes(in: piece)
        // The end of the last line begins no other, and neither do zeros behind it.
        var end = isAtEnd ? bytes.lastIndex { $0 != 0 } ?? 0 : bytes.count
        isAtEnd = isAtEnd && end == 0
        while let lineEnd = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")) {
          left -= 1
          if left == 0 { return keep(from: piece.lowerBound + lineEnd + 1, inPart: index) }
          end = lineEnd
        }
      }
    }
  }

  private mutating func keep(from start: Int, inPart index: Int) {
    parts[index].range = start..<parts[index].range.upperBound
    parts.removeSubrange((index + 1)...)
  }
}

extension Range<Int> {
  /// The range in pieces of `size` at most, the last one first.
  fileprivate func piecesFromEnd(of size: Int) -> some Sequence<Range<Int>> {
    sequence(state: self) { rest in
      let piece = rest.suffix(size)
      rest = rest.dropLast(size)
      return piece.isEmpty ? nil : piece
    }
  }
}
