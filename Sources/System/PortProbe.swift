import Glibc
package import OrchestratorModel

/// Tries whether a port can be listened on.
package enum PortProbe {
  /// Whether a socket can be bound to `port` on 127.0.0.1 or, when `everywhere`, on every address of the machine.
  package static func isFree(_ port: TCPPort, everywhere: Bool = false) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.number.bigEndian
    address.sin_addr = in_addr(s_addr: everywhere ? INADDR_ANY : UInt32(0x7F00_0001).bigEndian)
    guard everywhere else { return canBind(AF_INET, address) }
    var wide = sockaddr_in6()
    wide.sin6_family = sa_family_t(AF_INET6)
    wide.sin6_port = port.number.bigEndian
    return canBind(AF_INET, address) && canBind(AF_INET6, wide)
  }

  /// A machine without the address family has no process that listens there.
  private static func canBind<Address>(_ family: CInt, _ address: Address) -> Bool {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno == EAFNOSUPPORT }
    defer { close(descriptor) }
    var yes: CInt = 1
    let size = socklen_t(MemoryLayout<CInt>.size)
    // As servers do: a port whose last connections are still fading away is free.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size) }
    let bound = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    // To listen as well would be found by a process that tries at the same moment. Where one listens, binding is refused already.
    return bound == 0 || errno == EADDRNOTAVAIL
  }
}
