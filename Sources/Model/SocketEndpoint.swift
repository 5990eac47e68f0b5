/// Where a connection goes: an address and a port.
package struct SocketEndpoint: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The address in numbers.
  package let host: String
  package let port: TCPPort

  package init(host: String, port: TCPPort) { (self.host, self.port) = (host, port) }

  /// This machine, as no other machine reaches it.
  package static let loopbackHost = "127.0.0.1"

  /// On this machine alone.
  package static func loopback(_ port: TCPPort) -> SocketEndpoint { SocketEndpoint(host: loopbackHost, port: port) }

  package var description: String { "\(host):\(port)" }
}
