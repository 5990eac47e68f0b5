import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

@Suite("A line of a program's output")
struct PrintableLineTests {
  @Test(
    "loses its colours, its end and what would move a cursor, and nothing else",
    arguments: [
      ("\u{1B}[91mERROR: no such package\r", "ERROR: no such package"),
      ("\u{1B}[0m\u{1B}[1;31mred\u{1B}[K", "red"),
      ("a[0] = [91m]\tb", "a[0] = [91m]\tb"),
      ("\u{1B}]0;title\u{7}text", "text"),
      ("Grüße\n", "Grüße"),
      ("", ""),
    ])
  func isPlain(_ line: String, _ plain: String) {
    #expect(line.printableLine == plain)
  }

  @Test(
    "loses every kind of escape sequence",
    arguments: [
      ("a\u{1B}[38;2;1;2;3mb\u{1B}[?25lc\u{1B}[1 qd", "abcd"),
      ("a\u{9B}31mb", "ab"),
      ("a\u{1B}]8;;https://x\u{1B}\\link\u{1B}]8;;\u{1B}\\b", "alinkb"),
      ("a\u{9D}0;title\u{9C}b\u{9D}0;title\u{7}c", "abc"),
      ("a\u{1B}P1$r0m\u{1B}\\b\u{90}q\u{9C}c", "abc"),
      ("a\u{1B}Xb\u{1B}\\c\u{1B}^d\u{1B}\\e\u{1B}_f\u{1B}\\g", "aceg"),
      ("a\u{1B}(Bb\u{1B}=c\u{1B}7d\u{1B}ce\u{1B}#8f", "abcdef"),
    ])
  func sequences(_ line: String, _ plain: String) {
    #expect(line.printableLine == plain)
  }

  @Test(
    "keeps the text of a sequence that does not end",
    arguments: [
      ("a\u{1B}", "a"),
      ("a\u{1B}[31", "a[31"),
      ("a\u{1B}[31é", "a[31é"),
      ("a\u{9B}31", "a31"),
      ("a\u{1B}]0;all of it", "a]0;all of it"),
      ("a\u{1B}]0;b\rc\u{7}d", "a]0;bcd"),
      ("a\u{1B}]0;b\u{1B}[31mc", "a]0;bc"),
      ("a\u{9D}b\u{9D}c", "abc"),
      ("a\u{1B}é", "aé"),
      ("\u{1B}\u{1B}[31m\u{1B}", ""),
    ])
  func unfinished(_ line: String, _ plain: String) {
    #expect(line.printableLine == plain)
  }

  @Test("loses control characters of all kinds, but tabs")
  func controls() {
    let controls = (0..<0x20).filter { $0 != 9 && $0 != 0x1B } + [0x7F] + Array(0x80..<0xA0)
    let others = controls.filter { ![0x90, 0x98, 0x9B, 0x9D, 0x9E, 0x9F].contains($0) }
    for control in others.compactMap(Unicode.Scalar.init) {
      #expect("a\t\(control)b".printableLine == "a\tb", "U+\(String(control.value, radix: 16))")
    }
  }

  @Test(
    "loses what reorders or hides the text around it",
    arguments: Array(0x202A...0x202E) + Array(0x2066...0x2069) + [
      0x61C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0xFEFF, 0xFFF9, 0xE0041,
    ])
  func reordering(value: Int) throws {
    let scalar = try #require(Unicode.Scalar(value))
    #expect("access\(scalar)gnp.exe".printableLine == "accessgnp.exe")
    #expect("\(scalar)".printable == #"\u{"# + scalar.escaped(asASCII: true).dropFirst(3))
  }

  @Test(
    "keeps what scripts and emoji are written with",
    arguments: ["👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 ❤️", "می‌خواهم", "क्‍ष", "“quoted” – … ─│┌", "שלום עולם", "مرحبا", "你好", "e\u{301}", "\u{A0}"])
  func kept(text: String) {
    #expect(text.printableLine == text)
    #expect(text.printable == text)
  }

  @Test("that is no UTF-8 shows where")
  func badBytes() {
    var splitter = LineSplitter()
    #expect(splitter.lines(in: [0x61, 0xFF, 0x62, 0xC2, 0x0A]) == ["a\u{FFFD}b\u{FFFD}"])
    #expect(splitter.lines(in: [0x9B, 0x33, 0x31, 0x6D, 0x0A]) == ["\u{FFFD}31m"])
  }

  @Test("is looked through in a time that grows with its length, however it is made", .timeLimit(.minutes(1)))
  func hostile() {
    for piece in ["\u{1B}]", "\u{9D}", "\u{1B}[", "\u{1B}[1;", "\u{1B}]x", "\u{1B}P\r", "\u{202E}", "\u{1B} "] {
      let line = String(repeating: piece, count: 50_000)
      #expect(line.printableLine.unicodeScalars.allSatisfy { !$0.isUnprintable })
    }
  }
}
