import Foundation

/// Takes the frames away in which the output of a container comes that has no terminal: each has a header of 8 bytes, of which the last
/// four are the length of what follows, high byte first (Engine API, "attach to a container", stream format). Frames and chunks do not
/// align.
struct LogFrames {
  private static let headerLength = 8
  /// The header that is under way.
  private var header: [UInt8] = []
  /// How many bytes of the frame are still to come.
  private var left = 0

  /// What the container printed, of the chunk that comes next in the stream.
  mutating func payload(of chunk: Data) -> [Data] {
    var rest = chunk
    var payload: [Data] = []
    while !rest.isEmpty {
      let part = rest.prefix(left > 0 ? left : Self.headerLength - header.count)
      rest = rest.dropFirst(part.count)
      if left > 0 {
        payload.append(part)
        left -= part.count
      } else {
        header += part
        beginFrame()
      }
    }
    return payload
  }

  private mutating func beginFrame() {
    guard header.count == Self.headerLength else { return }
    left = header.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    header = []
  }
}
