/// A TCP port, 1 to 65535.
public struct TCPPort: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  /// The port's number.
  public let number: UInt16

  /// Accepts `number` if a TCP port can have it.
  public init?(_ number: Int) {
    guard let small = UInt16(exactly: number), small > 0 else { return nil }
    self.number = small
  }

  /// The port `number` if any user may listen on it.
  package static func unprivileged(_ number: Int) -> TCPPort? { number >= 1024 ? TCPPort(number) : nil }

  /// Reads the port from a JSON number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let port = TCPPort(try container.decode(Int.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a TCP port")
    }
    self = port
  }

  /// Writes the port as a JSON number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }

  /// The number in decimal digits.
  public var description: String { String(number) }

  /// Orders ports by number.
  public static func < (left: TCPPort, right: TCPPort) -> Bool { left.number < right.number }

  /// The port `offset` above this one, or nil where there is none.
  package func moved(by offset: Int) -> TCPPort? { TCPPort.unprivileged(Int(number) + offset) }
}

/// The internal ports of a stack: every port from `first` to `last`.
public struct PortRange: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The lowest port.
  public let first: TCPPort
  /// The highest port.
  public let last: TCPPort

  /// Makes the range, if `last` is not below `first`.
  public init?(_ first: TCPPort, _ last: TCPPort) {
    guard first <= last else { return nil }
    (self.first, self.last) = (first, last)
  }

  /// The range as a descriptor writes it, such as `15000-15099`.
  public var description: String { "\(first)-\(last)" }

  /// How many ports the range has.
  public var count: Int { Int(last.number) - Int(first.number) + 1 }

  /// Whether `port` is in the range.
  public func contains(_ port: TCPPort) -> Bool { first <= port && port <= last }

  package func overlaps(_ other: PortRange) -> Bool { first <= other.last && other.first <= last }

  package var ports: some Sequence<TCPPort> { (Int(first.number)...Int(last.number)).lazy.compactMap { TCPPort($0) } }

  package func moved(by offset: Int) -> PortRange? {
    guard let first = first.moved(by: offset), let last = last.moved(by: offset) else { return nil }
    return PortRange(first, last)
  }
}
