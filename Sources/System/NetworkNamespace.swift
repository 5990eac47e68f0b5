import Foundation
import Glibc
package import OrchestratorModel

// The module Glibc leaves it out, with all that the C library adds to POSIX in sched.h.
@_silgen_name("setns") private func setns(_ descriptor: CInt, _ kind: CInt) -> CInt

/// The network that a process of this machine sees (network_namespaces(7)).
package struct NetworkNamespace: Sendable {
  private let file: String
  /// CLONE_NEWNET (linux/sched.h).
  private static let network: CInt = 0x4000_0000

  package init(of process: Int) { file = "/proc/\(process)/ns/net" }

  /// Whether a TCP connection from there comes about within `limit`; nil when it cannot be tried, as that takes root.
  ///
  /// - Parameter address: in numbers, such as `172.30.0.2`.
  package func connects(to address: String, _ port: TCPPort, within limit: Duration) async -> Bool? {
    await withCheckedContinuation { continuation in
      // A thread of its own: it stays in the namespace to its end.
      Thread { continuation.resume(returning: enterAndConnect(to: address, port, within: limit)) }.start()
    }
  }

  private func enterAndConnect(to address: String, _ port: TCPPort, within limit: Duration) -> Bool? {
    let namespace = open(file, O_RDONLY | O_CLOEXEC)
    guard namespace >= 0 else { return nil }
    defer { close(namespace) }
    guard setns(namespace, Self.network) == 0 else { return nil }
    let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, flags, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = port.number.bigEndian
    guard inet_pton(AF_INET, address, &target.sin_addr) == 1 else { return nil }
    let outcome = withUnsafePointer(to: target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return outcome == 0 || errno == EINPROGRESS && isConnected(descriptor, within: limit)
  }

  /// Waits for the outcome of a connection that was begun (connect(2), EINPROGRESS).
  private func isConnected(_ descriptor: CInt, within limit: Duration) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&wait, 1, CInt(limit / .milliseconds(1))) == 1 else { return false }
    var error: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0
  }
}
