import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("A port")
struct PortTests {
  @Test("is 1 to 65535", arguments: [(-1, false), (0, false), (1, true), (65535, true), (65536, false)])
  func range(number: Int, isPort: Bool) { #expect((TCPPort(number) != nil) == isPort) }

  @Test("is a JSON number, and nothing else is read as one")
  func json() throws {
    #expect(String(decoding: try JSONEncoder().encode([TCPPort.number(15000)]), as: UTF8.self) == "[15000]")
    #expect(try JSONDecoder().decode([TCPPort].self, from: Data("[15000]".utf8)) == [.number(15000)])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([TCPPort].self, from: Data("[0]".utf8)) }
  }

  @Test("can be moved, but not out of its range")
  func moved() {
    #expect(TCPPort.number(15000).moved(by: 1000) == .number(16000))
    #expect(TCPPort.number(65000).moved(by: 1000) == nil)
  }
}

@Suite("A range of ports")
struct PortRangeTests {
  private static let range = PortRange.from(15000, to: 15099)

  @Test("has all ports from the first to the last")
  func contents() {
    #expect(Self.range.count == 100)
    #expect(Array(Self.range.ports).count == 100)
    #expect(Self.range.contains(.number(15000)) && Self.range.contains(.number(15099)))
    #expect(!Self.range.contains(.number(14999)) && !Self.range.contains(.number(15100)))
    #expect(Self.range.description == "15000-15099")
  }

  @Test("may be one port, but not none")
  func shortest() {
    #expect(PortRange(.number(1), .number(1))?.count == 1)
    #expect(PortRange(.number(2), .number(1)) == nil)
  }

  @Test(
    "overlaps another when they share a port",
    arguments: [
      (14900, 14999, false), (14900, 15000, true), (15050, 15060, true), (15099, 15199, true), (15100, 15199, false),
    ])
  func overlap(first: Int, last: Int, expected: Bool) {
    let other = PortRange.from(first, to: last)
    #expect(Self.range.overlaps(other) == expected)
    #expect(other.overlaps(Self.range) == expected)
  }
}
