import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("Cutting what a program prints into lines")
struct LineSplitterTests {
  private static let output = Array("first\n\nGrüße \u{1B}[31m„👩‍👧“\r\nrest".utf8)

  @Test("gives the same lines wherever the pieces begin and end", arguments: 1...Self.output.count)
  func pieces(of size: Int) {
    var splitter = LineSplitter()
    let lines = stride(from: 0, to: Self.output.count, by: size).flatMap { start in
      splitter.lines(in: Array(Self.output[start..<min(start + size, Self.output.count)]))
    }
    #expect(lines == ["first", "", "Grüße „👩‍👧“"])
    #expect(splitter.rest() == "rest")
    #expect(splitter.rest() == nil)
  }

  @Test("keeps the beginning of a line that is too long, and says what is left out", arguments: [1000, 1 << 20])
  func longLine(piece: Int) {
    var splitter = LineSplitter()
    let bytes = Array(String(repeating: "x", count: 1_000_000).utf8) + [0x0A]
    let lines = stride(from: 0, to: bytes.count, by: piece).flatMap { start in
      splitter.lines(in: Array(bytes[start..<min(start + piece, bytes.count)]))
    }
    let kept = String(repeating: "x", count: LineSplitter.longest - 1)
    #expect(lines == [kept + " … (\((1_000_000 - kept.count).bytes) left out)"])
    #expect(splitter.lines(in: Array("next\n".utf8)) == ["next"])
  }

  @Test("cuts no character in two")
  func longLineOfLongCharacters() {
    for shift in 0..<4 {
      var splitter = LineSplitter()
      let text = String(repeating: "x", count: shift) + String(repeating: "👍", count: LineSplitter.longest)
      let line = splitter.lines(in: Array((text + "\n").utf8)).first ?? ""
      #expect(line.contains("👍 … (") && !line.contains("\u{FFFD}"))
    }
  }

  @Test("keeps a line that is just as long as one may be")
  func longestLine() {
    var splitter = LineSplitter()
    let text = String(repeating: "x", count: LineSplitter.longest)
    #expect(splitter.lines(in: Array((text + "\n").utf8)) == [text])
  }

  @Test(
    "takes what was redrawn for lines where that is asked for",
    arguments: [
      ("10%\r20%\r100%\n", ["10%", "20%", "100%"]), ("a\r\nb\r\n", ["a", "b"]), ("\rx\r\r\n\n", ["x", ""]),
      ("\r\n\r\n", ["", ""]), ("a\n\rb\n", ["a", "b"]),
    ], [1, 100])
  func returns(output: (String, [String]), size: Int) {
    var splitter = LineSplitter(heedsReturns: true)
    let bytes = Array(output.0.utf8)
    let lines = stride(from: 0, to: bytes.count, by: size).flatMap { start in
      splitter.lines(in: Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(lines == output.1)
    #expect(splitter.rest() == nil)
  }
}
