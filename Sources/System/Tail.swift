/// The last lines of an output, for a message: each no longer than a person reads.
package struct Tail {
  /// How many characters of a line are shown.
  package static let longest = 1000

  package let limit: Int
  package private(set) var lines: [String] = []

  package init(limit: Int) { self.limit = limit }

  package mutating func append(_ line: String) {
    let shown = line.prefix(Self.longest)
    let rest = line.utf8.count - shown.utf8.count
    lines.append(rest > 0 ? "\(shown) \(rest.leftOut)" : line)
    if lines.count > limit { lines.removeFirst(lines.count - limit) }
  }
}
