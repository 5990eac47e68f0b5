import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("A .dockerignore file")
struct DockerIgnoreTests {
  /// The lines of the file, a path, and whether that is left out: what Docker's own documentation says of its patterns.
  static let cases: [(lines: [String], path: String, isLeftOut: Bool)] = [
    (["node_modules"], "node_modules", true),
    (["node_modules"], "node_modules/a/b.js", true),
    (["node_modules"], "web/node_modules", false),
    (["/docs/"], "docs/a.md", true),
    (["./docs"], "docs/a.md", true),
    (["**/node_modules"], "node_modules", true),
    (["**/node_modules"], "web/app/node_modules/x", true),
    (["*.md"], "README.md", true),
    (["*.md"], "docs/README.md", false),
    (["**/*.md"], "docs/deep/README.md", true),
    (["*/temp*"], "some/temporary.txt", true),
    (["*/temp*"], "some/sub/temporary.txt", false),
    (["temp?"], "tempa", true),
    (["temp?"], "temp", false),
    (["[ab].txt"], "a.txt", true),
    (["[^ab].txt"], "a.txt", false),
    (["a**z"], "a/b/z", true),
    (["*.md", "!README.md"], "README.md", false),
    (["*.md", "!README*.md", "README-secret.md"], "README-secret.md", true),
    (["*", "!app"], "app/main.py", false),
    (["*", "!app"], "other/main.py", true),
    (["# *.py", "", "  "], "a.py", false),
    (["a.b"], "axb", false),
    (["a+(b)"], "a+(b)", true),
    ([#"a\*"#], "a*", true),
    ([#"a\*"#], "ab", false),
    (["[a"], "[a", true),
  ]

  @Test("leaves out what Docker would", arguments: cases)
  func leavesOut(lines: [String], path: String, isLeftOut: Bool) {
    #expect(DockerIgnore(lines.joined(separator: "\n")).leavesOut(path) == isLeftOut)
  }

  @Test("does not take longer than its size and that of the path tell, whatever is in it")
  func slow() {
    let name = String(repeating: "a", count: 250)
    let pattern = String(repeating: "*a", count: 100) + "b"
    #expect(!DockerIgnore(pattern).leavesOut("\(name)/\(name)"))
    #expect(!DockerIgnore(String(repeating: "**/", count: 1000) + pattern).leavesOut("\(name)/\(name)"))
    #expect(DockerIgnore(String(repeating: "*", count: 100_000) + "b").leavesOut("\(name)b"))
  }

  @Test("with Windows line ends is read all the same")
  func windows() { #expect(DockerIgnore("a\r\nb\r\n").leavesOut("b")) }
}

extension DockerIgnore {
  /// Whether the path, relative to the source, is left out.
  func leavesOut(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return leavesOut(parts.indices.reduce(nil) { line(for: parts[...$1].joined(separator: "/"), above: $0) })
  }
}
