import Testing

@testable import Orchestrator

@Suite("The system's table of sockets")
struct SocketTableTests {
  private static let header =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

  private static func row(_ address: String, state: String = "0A", inode: Int = 4711) -> String {
    "   0: \(address) 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000 30001        0 \(inode) 1 0000 100 0 0 10 0\n"
  }

  @Test(
    "tells where somebody listens, and whether only this machine can get there",
    arguments: [
      ("0100007F:1F40", true), ("0200007F:1F40", true), ("00000000:1F40", false), ("0A01A8C0:1F40", false),
      ("00000000000000000000000001000000:1F40", true), ("00000000000000000000000000000000:1F40", false),
      ("0000000000000000FFFF00000100007F:1F40", true), ("0000000000000000FFFF000000000000:1F40", false),
      ("000080FE00000000000000007F000001:1F40", false),
    ])
  func address(address: String, isLoopback: Bool) {
    let expected = SocketAddress(port: .number(8000), isLoopback: isLoopback, user: 30001, inode: 4711)
    #expect(SocketTable.parse(Self.header + Self.row(address)) == [expected])
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
