import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("The system's table of sockets")
struct SocketTableTests {
  private static let header =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

  private static func row(_ address: String, state: String = "0A", inode: Int = 4711) -> String {
    "   0: \(address) 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000 30001        0 \(inode) 1 0000 100 0 0 10 0\n"
  }

  @Test(
    "tells where somebody listens, whether only this machine can get there, and how near that is to 127.0.0.1",
    arguments: [
      ("0100007F:1F40", true, .exact), ("0200007F:1F40", true, nil), ("00000000:1F40", false, .anyIPv4),
      ("0A01A8C0:1F40", false, nil), ("00000000000000000000000001000000:1F40", true, nil),
      ("00000000000000000000000000000000:1F40", false, .anyIPv6),
      ("0000000000000000FFFF00000100007F:1F40", true, .exact),
      ("0000000000000000FFFF000000000000:1F40", false, .anyIPv4), ("000080FE00000000000000007F000001:1F40", false, nil),
    ] as [(String, Bool, SocketAddress.Reach?)])
  func address(address: String, isLoopback: Bool, reach: SocketAddress.Reach?) {
    let expected = SocketAddress(
      port: .number(8000), isLoopback: isLoopback, user: 30001, inode: 4711, reach: reach)
    #expect(SocketTable.parse(Self.header + Self.row(address)) == [expected])
  }

  @Test(
    "tells who answers at 127.0.0.1: the nearest address, whoever listens on others of the same port",
    arguments: [
      ([(.exact, 1), (.anyIPv4, 2), (.anyIPv6, 3)], [1]), ([(.anyIPv6, 3), (.anyIPv4, 2)], [2]), ([(.anyIPv6, 3)], [3]),
      ([(nil, 4)], []), ([(nil, 4), (.anyIPv6, 3)], [3]), ([(.exact, 1), (.exact, 5)], [1, 5]), ([], []),
    ] as [([(SocketAddress.Reach?, UInt64)], [UInt64])])
  func answering(sockets: [(SocketAddress.Reach?, UInt64)], expected: [UInt64]) {
    let elsewhere = SocketAddress(port: .number(9), isLoopback: true, user: 0, inode: 9, reach: .exact)
    let all = sockets.map {
      SocketAddress(port: .number(8000), isLoopback: true, user: 30001, inode: $0.1, reach: $0.0)
    }
    #expect((all + [elsewhere]).answering(on: .number(8000)).map(\.inode) == expected)
  }

  @Test("is read for those who listen, not for connections")
  func states() {
    let table = Self.header + Self.row("0100007F:1F40", state: "01") + Self.row("0100007F:1F41", inode: 2)
    #expect(SocketTable.parse(table).map(\.inode) == [2])
  }

  @Test(
    "may hold nothing, or what nobody understands",
    arguments: ["", header, header + "garbage\n", header + row("0100007F:0000")])
  func nothing(table: String) { #expect(SocketTable.parse(table) == []) }

  @Test("is read to its end, however many listen: the system gives it in pieces")
  func many() {
    let ports = (0..<60).map { _ in TestPorts.one() }
    let listeners = ports.map(Listener.init)
    #expect(Set(SocketTable.listeners().map(\.port)).isSuperset(of: ports))
    withExtendedLifetime(listeners) {}
  }

  @Test("shows who listens on a port: here, this very process")
  func owner() {
    let port = TestPorts.one()
    #expect(PortOwner.description(of: port) == nil)
    let listener = Listener(on: port)
    #expect(PortOwner.description(of: port) == ThisProcess.description)
    #expect(SocketTable.listeners().contains { $0.port == port && $0.isLoopback })
    #expect(!PortProbe.isFree(port))
    withExtendedLifetime(listener) {}
  }
}
