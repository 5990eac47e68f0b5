import Foundation

/// An address on which a process listens.
package struct SocketAddress: Hashable, Sendable {
  package var port: TCPPort
  /// Whether only processes on the same machine, or in the same container, can reach it.
  package var isLoopback: Bool
  /// The number of the user whose socket it is.
  package var user: UInt32
  /// The number by which the system knows the socket.
  package var inode: UInt64
}

/// The listening TCP sockets, as `/proc/net/tcp` and `tcp6` list them (proc(5)).
enum SocketTable {
  /// The sockets that the processes in the network namespace of `process` listen on; nil means our own namespace.
  static func listeners(ofProcess process: Int? = nil) -> [SocketAddress] {
    let folder = "/proc/" + (process.map(String.init) ?? "self") + "/net/"
    return ["tcp", "tcp6"].flatMap { file in
      SystemFile.text(folder + file).map(parse) ?? []
    }
  }

  /// The listening sockets (state 0A) of a table.
  static func parse(_ table: String) -> [SocketAddress] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      // Most of a busy machine's table are connections.
      guard line.contains(" 0A ") else { return nil }
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count > 9, fields[3] == "0A", let user = UInt32(fields[7]), let inode = UInt64(fields[9]) else {
        return nil
      }
      let address = fields[1].split(separator: ":")
      guard address.count == 2, let port = Int(address[1], radix: 16).flatMap(TCPPort.init) else { return nil }
      return SocketAddress(port: port, isLoopback: isLoopback(String(address[0])), user: user, inode: inode)
    }
  }

  /// Addresses are hexadecimal, each 32-bit word in the machine's byte order: 0100007F is 127.0.0.1.
  private static func isLoopback(_ address: String) -> Bool {
    address.count == 8
      ? address.hasSuffix("7F")
      : address == "00000000000000000000000001000000"
        || address.hasPrefix("0000000000000000FFFF0000") && address.hasSuffix("7F")
  }
}

/// Who listens on a port of this machine, as far as this user can see.
enum PortOwner {
  /// What to call whoever has the port, when that is not ours: its name, or `another program` when it cannot be seen.
  static func words(for port: TCPPort) -> String { description(of: port) ?? "another program" }

  /// The name and the id of the process, such as `python3 (pid 4711)`; nil when nobody listens or it cannot be seen.
  static func description(of port: TCPPort) -> String? {
    let inodes = Set(SocketTable.listeners().filter { $0.port == port }.map(\.inode))
    guard !inodes.isEmpty else { return nil }
    let owner = ProcessTable.all().first { !$0.sockets.isDisjoint(with: inodes) }?.id
    return owner.map { process in
      let name = SystemFile.text("/proc/\(process)/comm")
      return "\((name ?? "a process").trimmingCharacters(in: .whitespacesAndNewlines).printable) (pid \(process))"
    }
  }
}
