import Glibc

@testable import Orchestrator
@testable import OrchestratorModel

/// A socket of another program that sits on a port of 127.0.0.1 for as long as the value lives.
final class Listener: Sendable {
  private let descriptor: CInt

  init(on port: TCPPort) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.number.bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    precondition(bound == 0 && listen(descriptor, 8) == 0, "port \(port) is not free")
  }

  deinit { close(descriptor) }
}
