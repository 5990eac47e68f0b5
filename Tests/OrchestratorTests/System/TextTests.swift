import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("Words and texts")
struct TextTests {
  @Test(
    "are as far apart as letters must be changed",
    arguments: [
      ("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("flask", "falsk", 1), ("port", "prot", 1),
      ("ca", "abc", 3), ("port", "port", 0),
    ])
  func distance(left: String, right: String, expected: Int) {
    #expect(left.editDistance(to: right) == expected)
    #expect(right.editDistance(to: left) == expected)
  }

  @Test(
    "suggest the word that was probably meant, or none",
    arguments: [
      ("falsk", "flask"), ("djnago", "django"), ("dj", nil), ("mern", "mern-backend"), ("rails", nil),
      ("flask", "flask"),
      ("", nil),
    ] as [(String, String?)])
  func closest(word: String, expected: String?) {
    #expect(["flask", "django", "mern-backend"].closest(to: word) == expected)
  }

  @Test(
    "show control characters instead of acting on them",
    arguments: [
      ("a\u{1B}[2J", #"'a\u{1B}[2J'"#), ("a\nb", #"'a\nb'"#), ("é ✓", "'é ✓'"), ("\u{9B}", #"'\u{009B}'"#),
      ("a\u{202E}b", #"'a\u{202E}b'"#), ("a\u{2028}b", #"'a\u{2028}b'"#),
    ])
  func quoted(text: String, expected: String) { #expect(text.quoted == expected) }

  @Test("keep the ends of their lines, and tabs, where they have several")
  func lines() { #expect("a\n\n\tb\u{1B}[2J\r\u{202E}".printableLines == "a\n\n\tb" + #"\u{1B}[2J\r\u{202E}"#) }

  @Test("lose control characters in the output of programs, but for tabs")
  func printableLine() { #expect("a\u{1B}[31mb\tc\r\u{7}".printableLine == "ab\tc") }

  @Test(
    "name amounts of memory",
    arguments: [
      ("512m", 512 << 20), ("2G", 2 << 30), ("1048576", 1 << 20), ("64kb", 64 << 10), ("0", nil), ("1t", nil),
      ("", nil), ("-1", nil),
    ]
      as [(String, Int?)])
  func bytes(text: String, expected: Int?) { #expect(ByteCount.parse(text) == expected) }

  @Test(
    "name durations",
    arguments: [
      ("500ms", .milliseconds(500)), ("10s", .seconds(10)), ("2m", .seconds(120)), ("10", nil), ("1h", nil),
      ("-1s", nil),
    ]
      as [(String, Duration?)])
  func durations(text: String, expected: Duration?) { #expect(Duration(parsing: text) == expected) }
}
