/// Puts together the lines of an output that comes in pieces.
struct OutputLines {
  /// How many bytes of a line are kept; a longer one is given in several.
  var limit = 64 << 10
  private var rest: [UInt8] = []
  /// Whether the last line ended with the first half of `\r\n`.
  private var isHalfEnded = false

  /// Takes in a piece, and gives back the lines that are complete. A carriage return ends a line as well, as of what draws its progress.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      let isSecondHalf = isHalfEnded && byte == UInt8(ascii: "\n")
      isHalfEnded = byte == UInt8(ascii: "\r")
      if isSecondHalf { continue }
      if byte == UInt8(ascii: "\n") || isHalfEnded {
        lines.append(takeRest())
      } else {
        rest.append(byte)
        if rest.count >= limit { lines.append(takeRest()) }
      }
    }
    return lines
  }

  /// The last line, if the output did not end with the end of one.
  mutating func end() -> String? { rest.isEmpty ? nil : takeRest() }

  private mutating func takeRest() -> String {
    defer { rest.removeAll(keepingCapacity: true) }
    return String(decoding: rest, as: UTF8.self).printableLine
  }
}
