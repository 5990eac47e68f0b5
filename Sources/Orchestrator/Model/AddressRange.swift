/// A range of IPv4 addresses, such as `172.30.0.0/16`.
public struct AddressRange: Sendable, Equatable, CustomStringConvertible {
  /// The first address, its first byte highest.
  let first: UInt32
  /// How many bits all addresses of the range have in common.
  let prefix: Int

  init(first: UInt32, prefix: Int) { (self.first, self.prefix) = (first, prefix) }

  /// Understands `FIRST/BITS`, with 8 to 28 bits, of addresses that a machine can have; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let prefix = Int(parts[1]), (8...28).contains(prefix) else { return nil }
    let bytes = parts[0].split(separator: ".").compactMap { UInt8($0) }
    self.init(first: bytes.reduce(0) { $0 << 8 | UInt32($1) }, prefix: prefix)
    // There is one way to write a range: what reads back as something else is a mistake.
    guard bytes.count == 4, description == text, first & ~Self.mask(prefix) == 0 else { return nil }
    guard (1...223).contains(bytes[0]), bytes[0] != 127 else { return nil }
  }

  /// The range as it is written.
  public var description: String {
    let bytes = [24, 16, 8, 0].map { String(first >> UInt32($0) & 0xFF) }
    return "\(bytes.joined(separator: "."))/\(prefix)"
  }

  /// Whether an address is in both.
  func overlaps(_ other: AddressRange) -> Bool {
    (first ^ other.first) & Self.mask(min(prefix, other.prefix)) == 0
  }

  private static func mask(_ prefix: Int) -> UInt32 { prefix == 0 ? 0 : ~0 << UInt32(32 - prefix) }
}
