/// Takes the text out of a line that a program printed.
///
/// Left out are escape sequences (ECMA-48: control sequences, control strings, and shorter ones) and all other characters that are
/// unprintable, but for tabs. A sequence that does not end is text, but for the character that begins it: nothing that a program printed
/// is hidden by it. However a line is made, none of its bytes is looked at more than three times.
struct OutputCleaner {
  /// UTF-8 without mistakes.
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0
  private var text: [UInt8] = []

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The text of `line`.
  static func text(of line: String) -> String {
    var line = line
    return line.withUTF8 { bytes in
      var cleaner = OutputCleaner(bytes)
      cleaner.skipPlain()
      return cleaner.isAtEnd ? nil : cleaner.cleaned()
    } ?? line
  }

  private var isAtEnd: Bool { place == bytes.count }

  /// The text of all bytes; those before `place` are plain.
  private mutating func cleaned() -> String {
    text.reserveCapacity(bytes.count)
    text.append(contentsOf: bytes[..<place])
    while !isAtEnd {
      passCharacter()
      let start = place
      skipPlain()
      text.append(contentsOf: bytes[start..<place])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Goes on to the next byte that could begin something other than text.
  private mutating func skipPlain() {
    while !isAtEnd, Self.isPlain(bytes[place]) { place += 1 }
  }

  /// Whether a byte is text whatever follows it: no control character, and no first byte of an unprintable one.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20..<0x7F, UInt8(ascii: "\t"): true
    case 0xC2, 0xD8, 0xE2, 0xEF, 0xF3: false
    default: byte >= 0x80
    }
  }

  /// Goes past one character, or past the sequence that it begins.
  private mutating func passCharacter() {
    let start = place
    let character = next()
    switch character {
    case "\u{1B}": skipEscape()
    case "\u{9B}": skipControlSequence(from: place)
    case "\u{90}", "\u{98}", "\u{9D}"..."\u{9F}": skipControlString(from: place)
    default: if !character.isUnprintable { text.append(contentsOf: bytes[start..<place]) }
    }
  }

  private mutating func next() -> Unicode.Scalar {
    let first = bytes[place]
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = UInt32(first) & (0x7F >> UInt32(length == 1 ? 0 : length))
    for index in place + 1..<place + length { value = value << 6 | UInt32(bytes[index] & 0x3F) }
    place += length
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  /// Goes past what follows an escape character.
  private mutating func skipEscape() {
    guard !isAtEnd else { return }
    switch bytes[place] {
    case UInt8(ascii: "["): skipControlSequence(from: place + 1)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      skipControlString(from: place + 1)
    default: skip(from: place, over: [0x20...0x2F], to: 0x30...0x7E)
    }
  }

  /// Goes past a control sequence, such as a colour: parameters, intermediate bytes, a final byte.
  private mutating func skipControlSequence(from start: Int) {
    skip(from: start, over: [0x30...0x3F, 0x20...0x2F], to: 0x40...0x7E)
  }

  private mutating func skip(from start: Int, over parts: [ClosedRange<UInt8>], to final: ClosedRange<UInt8>) {
    var end = start
    for part in parts { while end < bytes.count, part.contains(bytes[end]) { end += 1 } }
    if end < bytes.count, final.contains(bytes[end]) { place = end + 1 }
  }

  /// Goes past a control string, such as a window's title, that ends as it should: with BEL or ST, and no other control character in it.
  private mutating func skipControlString(from start: Int) {
    var end = start
    while end < bytes.count, !isControl(at: end) { end += 1 }
    guard end < bytes.count else { return }
    let following = end + 1 < bytes.count ? bytes[end + 1] : 0
    switch (bytes[end], following) {
    case (0x07, _): place = end + 1
    case (0x1B, UInt8(ascii: "\\")), (0xC2, 0x9C): place = end + 2
    default: break
    }
  }

  private func isControl(at index: Int) -> Bool {
    switch bytes[index] {
    case UInt8(ascii: "\t"): false
    case ..<0x20, 0x7F: true
    case 0xC2: index + 1 < bytes.count && bytes[index + 1] < 0xA0
    default: false
    }
  }
}
