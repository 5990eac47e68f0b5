import Testing

@testable import Orchestrator

@Suite("The lines of an output that comes in pieces")
struct OutputLinesTests {
  @Test(
    "end with a line feed, a carriage return or both, wherever a piece ends",
    arguments: [
      (["one\ntwo\n"], ["one", "two"]), (["o", "ne\nt", "wo"], ["one", "two"]), (["one\r\ntwo\r\n"], ["one", "two"]),
      (["one\r", "\ntwo"], ["one", "two"]), (["10%\r20%\rdone\n"], ["10%", "20%", "done"]), (["\n\nx"], ["", "", "x"]),
      (["\u{1B}[31mred\u{1B}[0m\n"], ["red"]), ([], []), ([""], []),
    ])
  func lines(pieces: [String], expected: [String]) {
    var lines = OutputLines()
    var found = pieces.flatMap { lines.take(Array($0.utf8)) }
    if let rest = lines.end() { found.append(rest) }
    #expect(found == expected)
  }

  @Test("are given in parts when they do not end")
  func endless() {
    var lines = OutputLines()
    lines.limit = 4
    #expect(lines.take(Array("abcdefghij".utf8)) == ["abcd", "efgh"])
    #expect(lines.end() == "ij" && lines.end() == nil)
  }
}
