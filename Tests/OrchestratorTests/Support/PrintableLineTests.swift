import Testing

@testable import Orchestrator

@Suite("A line of a program's output")
struct PrintableLineTests {
  @Test(
    "loses its colours, its end and what would move a cursor, and nothing else",
    arguments: [
      ("\u{1B}[91mERROR: no such package\r", "ERROR: no such package"),
      ("\u{1B}[0m\u{1B}[1;31mred\u{1B}[K", "red"),
      ("a[0] = [91m]\tb", "a[0] = [91m]\tb"),
      ("\u{1B}]0;title\u{7}text", "]0;titletext"),
      ("Grüße\n", "Grüße"),
    ])
  func isPlain(_ line: String, _ plain: String) {
    #expect(line.printableLine == plain)
  }
}
