import Foundation

/// Puts together the output of a container that has no terminal: frames with a header of 8 bytes, of which the last four are the
/// length of what follows, high byte first (Engine API, "attach to a container", stream format). Frames and chunks do not align.
struct LogFrames {
  private static let headerLength = 8
  private var waiting = Data()
  private(set) var payload = Data()

  /// Takes in a chunk of the stream.
  mutating func append(_ chunk: Data) {
    waiting += chunk
    var rest = waiting[...]
    while rest.count >= Self.headerLength {
      let length = rest.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= Self.headerLength + length else { break }
      payload += rest.dropFirst(Self.headerLength).prefix(length)
      rest = rest.dropFirst(Self.headerLength + length)
    }
    waiting = Data(rest)
  }

  /// Takes out the lines that are complete.
  mutating func takeLines() -> [String] {
    guard let end = payload.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let lines = payload[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    payload = Data(payload[payload.index(after: end)...])
    return lines.map { String(decoding: $0, as: UTF8.self).printableLine }
  }

  /// Takes out what follows the last complete line.
  mutating func takeRest() -> String? {
    defer { payload = Data() }
    return payload.isEmpty ? nil : String(decoding: payload, as: UTF8.self).printableLine
  }
}
