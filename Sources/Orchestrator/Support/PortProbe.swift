import Glibc

/// Tries whether a port can be listened on.
enum PortProbe {
  /// Whether a socket can be bound to `port` on 127.0.0.1 and, when `everywhere`, on every address of the machine.
  static func isFree(_ port: Port, everywhere: Bool = false) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var yes: CInt = 1
    // As servers do: a port whose last connections are still fading away is free.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.number.bigEndian
    address.sin_addr = in_addr(s_addr: everywhere ? INADDR_ANY : UInt32(0x7F00_0001).bigEndian)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return bound == 0 && listen(descriptor, 1) == 0
  }
}
