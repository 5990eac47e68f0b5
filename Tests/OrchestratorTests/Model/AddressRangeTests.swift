import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("Ranges of addresses")
struct AddressRangeTests {
  @Test(
    "are written with nothing but the bits that count",
    arguments: [
      ("10.0.0.1", "10.0.0.1"), ("10.0.0.1/32", "10.0.0.1"), ("10.1.2.3/8", "10.0.0.0/8"),
      ("192.168.255.255/17", "192.168.128.0/17"), ("0.0.0.0/0", "0.0.0.0/0"), ("::1", "::1"), ("::1/128", "::1"),
      ("2001:DB8::1/32", "2001:db8::/32"), ("fdff:ffff::/9", "fd80::/9"), ("::/0", "::/0"),
    ])
  func normal(text: String, expected: String) throws {
    #expect(try AddressRange(text).description == expected)
  }

  @Test(
    "are refused when they are none",
    arguments: [
      "", "localhost", "10.0.0", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.1/8/8", "::1/129", "10.0.0.1;",
      "unix:",
      "fe80::1%eth0", "010.0.0.1", " 172.30.0.0/16", "172.30.0.0/+16", "172.300.0.0/16", "172..30.0.0/16",
    ])
  func refused(text: String) {
    let error = #expect(throws: OrchestratorError.self) { try AddressRange(text) }
    #expect(error?.code == .invalidInput && error?.hint != nil)
  }

  @Test(
    "can be those of a network of this machine's own",
    arguments: [
      ("172.30.0.0/16", true), ("10.0.0.0/8", true), ("192.168.7.240/28", true), ("100.64.0.0/10", true),
      ("172.30.0.0/7", false), ("172.30.0.0/29", false), ("172.30.0.0", false), ("0.0.0.0/8", false),
      ("127.0.0.0/8", false), ("224.0.0.0/8", false), ("fd00::/16", false),
    ])
  func network(text: String, can: Bool) throws {
    #expect(try AddressRange(text).canBeNetwork == can)
  }

  @Test(
    "overlap when one lies in the other",
    arguments: [
      ("172.30.0.0/16", "172.30.5.0/24", true), ("172.30.5.0/24", "172.30.0.0/16", true),
      ("172.30.0.0/16", "172.30.0.0/16", true), ("172.30.0.0/16", "172.31.0.0/16", false),
      ("10.0.0.0/8", "10.255.255.240/28", true), ("10.0.0.0/9", "10.128.0.0/9", false),
      ("0.0.0.0/0", "::/0", false), ("fd00::/8", "fd12::/16", true),
    ])
  func overlap(one: String, other: String, do: Bool) throws {
    #expect(try AddressRange(one).overlaps(AddressRange(other)) == `do`)
  }
}
