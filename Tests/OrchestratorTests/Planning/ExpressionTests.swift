import Testing

@testable import Orchestrator
@testable import OrchestratorStacks

@Suite("A regular expression of a descriptor")
struct ExpressionTests {
  private func find(_ expression: String, in text: String) throws -> Expression.Outcome {
    try Expression(expression).firstMatch(in: text) { true }
  }

  @Test(
    "is read as most tools read one",
    arguments: [
      ("^b$", "a\nb\nc", []), ("^b$", "a\r\nb\r\nc", []), (#"\bb(c)?"#, "a_b b", [""]),
      ("(?i)(FLASK)", "Flask", ["Flask"]),
      ("(a)|(b)", "b", ["", "b"]), (#"(\w+)é"#, "caffé", ["caff"]), ("^(.)$", "\u{1F600}", ["\u{1F600}"]),
      ("", "a", []),
      (#""dependencies"\s*:\s*{"#, #""dependencies": {"#, []), ("${x}", "${x}", nil), (#"a{,2}b"#, "aab", []),
      (#"(?P<name>a)(?'other'b)"#, "ab", ["a", "b"]), (#"\u{41}\0?"#, "A", []), (#"\p{L}{2}[{]"#, "ab{", []),
      ("}{a{2}", "}{aa", []),
    ] as [(String, String, [String]?)])
  func read(expression: String, text: String, groups: [String]?) throws {
    let expected = groups.map { Expression.Outcome.match($0) } ?? .noMatch
    try #expect(find(expression, in: text) == expected)
  }

  @Test("that is none is refused", arguments: ["(", "a)", "*", "[a", #"\"#, "a)(b"])
  func refused(text: String) {
    #expect(throws: (any Error).self) { try Expression(text) }
    #expect(throws: (any Error).self) { try Expression(ofWhole: text) }
  }

  @Test("can be one of a whole text", arguments: [("a|ab", "ab", true), ("a|ab", "abc", false), ("a*", "a\n", false)])
  func whole(expression: String, text: String, fits: Bool) throws {
    let outcome = try Expression(ofWhole: expression).firstMatch(in: text) { true }
    #expect(outcome == (fits ? .match([]) : .noMatch))
  }

  @Test("is given up when nobody waits for it any more, in the middle of a search that would never end")
  func givenUp() throws {
    var asked = 0
    let outcome = try Expression("^(a+)+$").firstMatch(in: String(repeating: "a", count: 50) + "b") {
      asked += 1
      return asked < 3
    }
    #expect(outcome == .unfinished)
    #expect(asked == 3)
  }

  @Test("is given up when it has no room to note where it was")
  func noRoom() throws {
    try #expect(find("^(?:a|b)*c", in: String(repeating: "a", count: 1 << 20)) == .unfinished)
  }
}
