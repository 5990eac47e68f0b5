import Foundation
import Glibc

/// A range of IP addresses, `10.0.0.0/8` or `2001:db8::/32`, or a single address.
public struct AddressRange: TextValue {
  /// The first address, its first byte highest: 4 bytes of IPv4, 16 of IPv6.
  private let first: [UInt8]
  /// How many bits all addresses of the range have in common.
  private let bits: Int

  private init(containing address: [UInt8], bits: Int) {
    first = address.enumerated().map { $1 & Self.mask(ofByte: $0, bits: bits) }
    self.bits = bits
  }

  /// A range of IPv4 addresses, the first byte of each highest.
  package init(first: UInt32, bits: Int) {
    self.init(containing: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: first >> $0) }, bits: bits)
  }

  /// Accepts `text` if it is an address, or an address and how many of its bits count (RFC 4632, section 3.1).
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  public init(_ text: String) throws {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let address = Self.address(parts[0]),
      let bits = parts.count == 2 ? Self.wholeNumber(parts[1]) : address.count * 8, bits <= address.count * 8
    else {
      throw OrchestratorError(
        .invalidInput, "\(text.quoted) is no range of addresses", hint: "such as 10.0.0.0/8, 192.168.1.7 or fd00::/8")
    }
    self.init(containing: address, bits: bits)
  }

  /// The range with nothing but its own bits, such as `10.0.0.0/8`; a single address stands alone.
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(isIPv4 ? AF_INET : AF_INET6, first, &text, socklen_t(text.count))
    let written = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return bits == first.count * 8 ? written : "\(written)/\(bits)"
  }

  var isIPv4: Bool { first.count == 4 }

  /// Whether a network of this machine's own can have these addresses: from 2^4 to 2^24 of IPv4, that a machine can have.
  package var canBeNetwork: Bool {
    isIPv4 && (8...28).contains(bits) && (1...223).contains(first[0]) && first[0] != 127
  }

  /// Whether an address is in both.
  package func overlaps(_ other: AddressRange) -> Bool {
    guard first.count == other.first.count else { return false }
    let common = min(bits, other.bits)
    return first.indices.allSatisfy { (first[$0] ^ other.first[$0]) & Self.mask(ofByte: $0, bits: common) == 0 }
  }

  private static func address(_ text: String) -> [UInt8]? {
    [(AF_INET, 4), (AF_INET6, 16)].lazy.compactMap { family, size in
      var bytes = [UInt8](repeating: 0, count: size)
      return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }.first
  }

  private static func wholeNumber(_ text: String) -> Int? { text.wholeMatch(of: /\d{1,3}/).flatMap { Int($0.0) } }

  private static func mask(ofByte index: Int, bits: Int) -> UInt8 {
    let own = min(max(bits - index * 8, 0), 8)
    return own == 0 ? 0 : UInt8.max << (8 - own)
  }
}
