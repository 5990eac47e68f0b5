import Foundation
import Orchestrator
import Testing

@testable import OrchestratorCLI
@testable import OrchestratorModel

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

  @Test("a stranger's words do nothing to a terminal but stand there, and are what they are in JSON")
  func strangers() async throws {
    let program = Program()
    let stack = try String(contentsOfFile: Program.root + "/Plugins/dockerfile/stack.yaml", encoding: .utf8)
      .replacing(/summary: .*/, with: #"summary: "a\u202Eb\u2028c\U000E0041d\xADe""#).replacing(
        "name: dockerfile", with: "name: odd"
      )
      .replacing("publicPort: 10000", with: "publicPort: 10001").replacing("20000-20099", with: "29000-29099")
    try FileManager.default.createDirectory(atPath: program.home + "/plugins", withIntermediateDirectories: true)
    try stack.write(toFile: program.home + "/plugins/odd.yaml", atomically: true, encoding: .utf8)
    let text = try await program.run("stacks", "list")
    #expect(text.output.contains(#"a\u{202E}b\u{2028}c\u{000E0041}d"#), "\(text.output) \(text.errors)")
    let json = try await program.run("stacks", "list", "--json")
    #expect(json.output.contains(#"a\u202Eb\u2028c\uDB40\uDC41d"#), "\(json.output)")
    let listing = try JSONDecoder().decode(Listing.self, from: Data(json.output.utf8))
    #expect(listing.stacks.contains { $0.summary == "a\u{202E}b\u{2028}c\u{E0041}d\u{AD}e" })
  }

  private struct Listing: Decodable {
    struct Stack: Decodable { let summary: String }
    let stacks: [Stack]
  }
}
