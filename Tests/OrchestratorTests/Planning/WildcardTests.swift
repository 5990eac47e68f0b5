import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("A pattern of names")
struct WildcardTests {
  @Test(
    "stands for what glob(7) says",
    arguments: [
      ("a.py", "a.py", true), ("a.py", "b.py", false), ("*.py", "a.py", true), ("*.py", ".py", true),
      ("*.py", "a.pyc", false),
      ("*require*.txt", "my-requirements-dev.txt", true), ("?.py", "a.py", true), ("?.py", "ab.py", false),
      ("?", "ü", true), ("[ab].py", "a.py", true), ("[a-c].py", "d.py", false), ("[!a]", "b", true),
      ("[^a]", "a", false),
      ("[a", "[a", true), (#"\*"#, "*", true), (#"\*"#, "a", false), ("**", "anything", true), ("", "", true),
      ("", "a", false),
      ("*a*b*", "xaxbx", true), ("*a*b*", "xbxax", false),
    ])
  func matches(pattern: String, name: String, expected: Bool) {
    #expect(NamePattern(pattern).matches(name) == expected)
  }

  @Test("takes no longer than its length and that of the name tell")
  func slow() {
    let name = String(repeating: "a", count: 255)
    #expect(!NamePattern(String(repeating: "*a", count: 60) + "*b").matches(name))
    #expect(!NamePattern(String(repeating: "*?", count: 60) + "*b*").matches(name))
  }

  @Test("after a slash it counts at the top only")
  func top() {
    let patterns = NamePatterns(["/dist", "*.pyc"])
    #expect(patterns.match("dist", atTop: true) && !patterns.match("dist", atTop: false))
    #expect(patterns.match("a.pyc", atTop: true) && patterns.match("a.pyc", atTop: false))
  }
}
