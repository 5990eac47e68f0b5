package import Foundation
import OrchestratorModel

/// Cuts what a program prints into lines, however it comes in pieces; of a line that is too long to be held in memory only its
/// beginning is kept.
package struct LineSplitter {
  /// How many bytes of a line are kept.
  package static let longest = 64 << 10

  /// Whether a carriage return ends a line as well, with which programs redraw one that says how far they are.
  let heedsReturns: Bool
  private var line: [UInt8] = []
  private var leftOut = 0
  private var followsReturn = false

  package init(heedsReturns: Bool = false) { self.heedsReturns = heedsReturns }

  /// The lines that `piece` completes, without their ends, as text.
  package mutating func lines(in piece: some ContiguousBytes) -> [String] {
    piece.withUnsafeBytes { bytes in
      var lines: [String] = []
      var start = 0
      var feed = bytes.find(0x0A, from: 0)
      var back = heedsReturns ? bytes.find(0x0D, from: 0) : bytes.count
      while start < bytes.count {
        let end = min(feed, back)
        keep(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        if end < bytes.count, let line = taken(at: bytes[end]) { lines.append(line) }
        start = end + 1
        if feed < start { feed = bytes.find(0x0A, from: start) }
        if back < start { back = bytes.find(0x0D, from: start) }
      }
      return lines
    }
  }

  /// What follows the last complete line; nil when that is nothing.
  package mutating func rest() -> String? { line.isEmpty ? nil : taken() }

  /// Zeros in front of a line are what no program wrote: a file has them next to a hole.
  private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
    let bytes = line.isEmpty ? bytes.drop { $0 == 0 } : bytes[...]
    if bytes.isEmpty { return }
    let kept = bytes.prefix(Self.longest - line.count)
    line.append(contentsOf: kept)
    leftOut += bytes.count - kept.count
    followsReturn = false
  }

  /// The line that ends here, if one does: what follows a carriage return has ended already.
  private mutating func taken(at end: UInt8) -> String? {
    let isReturn = end == 0x0D
    if line.isEmpty, isReturn || followsReturn {
      followsReturn = followsReturn && isReturn
      return nil
    }
    followsReturn = isReturn
    return taken()
  }

  private mutating func taken() -> String {
    defer {
      line.removeAll(keepingCapacity: true)
      leftOut = 0
    }
    guard leftOut > 0 else { return String(decoding: line, as: UTF8.self).printableLine }
    // The last character may be there in part.
    let end = line.lastIndex { $0 & 0xC0 != 0x80 } ?? 0
    return String(decoding: line[..<end], as: UTF8.self).printableLine + " " + (leftOut + line.count - end).leftOut
  }
}

extension Int {
  /// What stands in the place of so many bytes that were left out.
  package var leftOut: String { "… (\(bytes) left out)" }
}

extension UnsafeRawBufferPointer {
  /// Where `byte` stands for the first time from `start` on; at the end if it does not.
  fileprivate func find(_ byte: UInt8, from start: Int) -> Int {
    guard let base = baseAddress, start < count, let found = memchr(base + start, CInt(byte), count - start) else {
      return count
    }
    return base.distance(to: found)
  }
}
