package import OrchestratorModel

/// Where this machine sends what is not meant for its default route.
package enum MachineRoutes {
  /// A range of addresses, and the device that leads there.
  package struct Route: Equatable {
    package let range: AddressRange
    package let device: String
  }

  package static func all() -> [Route] { SystemFile.text("/proc/net/route").map(parse) ?? [] }

  /// Understands `/proc/net/route` (proc(5)): the device first, then the destination, and the mask eighth. Addresses are hexadecimal, in
  /// the machine's byte order.
  package static func parse(_ table: String) -> [Route] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(whereSeparator: \.isWhitespace)
      guard fields.count > 7, let destination = address(fields[1]), let mask = address(fields[7]), mask != 0 else {
        return nil
      }
      return Route(range: AddressRange(first: destination, bits: mask.nonzeroBitCount), device: String(fields[0]))
    }
  }

  private static func address(_ text: Substring) -> UInt32? { UInt32(text, radix: 16).map(UInt32.init(bigEndian:)) }
}
