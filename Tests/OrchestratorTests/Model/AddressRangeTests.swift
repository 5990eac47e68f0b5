import Testing

@testable import Orchestrator

@Suite("A range of addresses")
struct AddressRangeTests {
  @Test("reads back as it is written", arguments: ["172.30.0.0/16", "10.0.0.0/8", "192.168.7.240/28", "100.64.0.0/10"])
  func written(text: String) throws {
    #expect(AddressRange(text)?.description == text)
  }

  @Test(
    "is refused when it is none, or has more than one way to be written",
    arguments: [
      "", "172.30.0.0", "172.30.0.0/", "172.30.0.0/7", "172.30.0.0/29", "172.30.0.1/16", "172.30.1.0/16", "172.30.0/16",
      "172.030.0.0/16", "172.30.0.0/016", "172.30.0.0/16/16", "172.30.0.0.0/16", "172.300.0.0/16", "172..30.0.0/16",
      "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/8", "fd00::/16", " 172.30.0.0/16", "172.30.0.0/+16", "172.30.0.0/16;",
    ])
  func refused(text: String) {
    #expect(AddressRange(text) == nil)
  }

  @Test(
    "overlaps another when it lies in it, or has it in itself",
    arguments: [
      ("172.30.0.0/16", "172.30.5.0/24", true), ("172.30.5.0/24", "172.30.0.0/16", true),
      ("172.30.0.0/16", "172.30.0.0/16", true), ("172.30.0.0/16", "172.31.0.0/16", false),
      ("10.0.0.0/8", "10.255.255.240/28", true), ("10.0.0.0/9", "10.128.0.0/9", false),
    ])
  func overlap(one: String, other: String, do: Bool) throws {
    #expect(try #require(AddressRange(one)).overlaps(#require(AddressRange(other))) == `do`)
  }
}
