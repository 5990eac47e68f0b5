import Foundation
package import OrchestratorModel

/// An address on which a process listens.
package struct SocketAddress: Hashable, Sendable {
  /// How near the address is to 127.0.0.1, where the proxy sends requests: the system gives a connection to the nearest.
  package enum Reach: Int, Sendable, Comparable {
    /// That address itself, also as it is written in IPv6.
    case exact
    /// All addresses of IPv4.
    case anyIPv4
    /// All addresses of IPv6, with those of IPv4 if it likes.
    case anyIPv6

    package static func < (left: Reach, right: Reach) -> Bool { left.rawValue < right.rawValue }
  }

  package var port: TCPPort
  /// Whether only processes on the same machine, or in the same container, can reach it.
  package var isLoopback: Bool
  /// The number of the user whose socket it is: the one that made it, whatever process has it by now.
  package var user: UInt32
  /// The number by which the system knows the socket.
  package var inode: UInt64
  /// How near it is to 127.0.0.1; nil when what is sent there never comes here.
  package var reach: Reach?
}

/// The listening TCP sockets, as `/proc/net/tcp` and `tcp6` list them (proc(5)).
package enum SocketTable {
  /// The sockets that the processes in the network namespace of `process` listen on; nil means our own namespace.
  package static func listeners(ofProcess process: Int? = nil) -> [SocketAddress] {
    let folder = "/proc/" + (process.map(String.init) ?? "self") + "/net/"
    return ["tcp", "tcp6"].flatMap { file in
      SystemFile.text(folder + file).map(parse) ?? []
    }
  }

  /// The listening sockets (state 0A) of a table.
  package static func parse(_ table: String) -> [SocketAddress] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      // Most of a busy machine's table are connections.
      guard line.contains(" 0A ") else { return nil }
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count > 9, fields[3] == "0A", let user = UInt32(fields[7]), let inode = UInt64(fields[9]) else {
        return nil
      }
      let address = fields[1].split(separator: ":").map(String.init)
      guard address.count == 2, let port = Int(address[1], radix: 16).flatMap(TCPPort.init) else { return nil }
      return SocketAddress(
        port: port, isLoopback: isLoopback(address[0]), user: user, inode: inode, reach: reach(address[0]))
    }
  }

  /// Addresses are hexadecimal, each 32-bit word in the machine's byte order: 0100007F is 127.0.0.1.
  private static func isLoopback(_ address: String) -> Bool {
    address.count == 8
      ? address.hasSuffix("7F")
      : address == "00000000000000000000000001000000"
        || address.hasPrefix("0000000000000000FFFF0000") && address.hasSuffix("7F")
  }

  private static func reach(_ address: String) -> SocketAddress.Reach? {
    switch address {
    case "0100007F", "0000000000000000FFFF00000100007F": .exact
    case "00000000", "0000000000000000FFFF000000000000": .anyIPv4
    case "00000000000000000000000000000000": .anyIPv6
    default: nil
    }
  }
}

extension [SocketAddress] {
  /// Those that a connection to `port` on 127.0.0.1 comes to: of the nearest address.
  package func answering(on port: TCPPort) -> [SocketAddress] {
    let all = filter { $0.port == port }
    guard let nearest = all.compactMap(\.reach).min() else { return [] }
    return all.filter { $0.reach == nearest }
  }
}
