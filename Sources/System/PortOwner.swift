import Foundation
package import OrchestratorModel

/// Who listens on a port of this machine, as far as this user can see.
package enum PortOwner {
  /// What to call the program that has the port, when that is not ours: its name, or `another program` when it cannot be seen.
  package static func words(for port: TCPPort) -> String { description(of: port) ?? "another program" }

  /// The name and the id of the process, such as `python3 (pid 4711)`; nil when no process listens or it cannot be seen.
  ///
  /// Of several that have the socket it is the one that has been there for longest: the others got it from that one.
  package static func description(of port: TCPPort) -> String? {
    let sockets = SocketTable.listeners()
    let answering = sockets.answering(on: port)
    let inodes = Set((answering.isEmpty ? sockets.filter { $0.port == port } : answering).map(\.inode))
    guard !inodes.isEmpty else { return nil }
    let owner = ProcessTable.all().filter { !$0.sockets.isDisjoint(with: inodes) }.min { $0.start < $1.start }?.id
    return owner.map { process in
      let name = SystemFile.text("/proc/\(process)/comm")
      return "\((name ?? "a process").trimmingCharacters(in: .whitespacesAndNewlines).printable) (pid \(process))"
    }
  }
}
