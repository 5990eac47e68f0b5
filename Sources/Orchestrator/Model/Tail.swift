/// The last lines of an output, for a message: each no longer than a person reads.
struct Tail {
  /// How many characters of a line are shown.
  static let longest = 1000

  let limit: Int
  private(set) var lines: [String] = []

  init(limit: Int) { self.limit = limit }

  mutating func append(_ line: String) {
    let shown = line.prefix(Self.longest)
    let rest = line.utf8.count - shown.utf8.count
    lines.append(rest > 0 ? "\(shown) \(rest.leftOut)" : line)
    if lines.count > limit { lines.removeFirst(lines.count - limit) }
  }
}
