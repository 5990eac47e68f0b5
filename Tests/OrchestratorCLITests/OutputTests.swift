import Orchestrator
import Testing

@testable import OrchestratorCLI

@Suite("Output")
struct OutputTests {
  @Test("a table's columns are as wide as their widest cell, and no line ends in spaces")
  func table() {
    let table = Table(["APP", "URL"], [["shop", "http://shop.localhost:14000"], ["a", "-"]])
    #expect(
      table.description == """
        APP    URL
        shop   http://shop.localhost:14000
        a      -
        """)
  }

  @Test("text is padded, and never cut")
  func padding() {
    #expect("ab".padded(to: 4) == "ab  ")
    #expect("abcdef".padded(to: 4) == "abcdef")
  }
}
