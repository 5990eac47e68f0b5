import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("Values in a Dockerfile")
struct DockerfileValueTests {
  let source = AppSource("", ["a": ""], [:])

  /// Texts that a shell or Docker would act on, and how Docker reads them as themselves in double quotes.
  static let tricky = [
    (#"plain"#, #""plain""#),
    (#"with space"#, #""with space""#),
    (#"say "hi""#, #""say \"hi\"""#),
    (#"it's"#, #""it's""#),
    (#"$HOME"#, #""\$HOME""#),
    (#"${HOME:-x}"#, #""\${HOME:-x}""#),
    (#"C:\new\"#, #""C:\\new\\""#),
    (#"\$"#, #""\\\$""#),
    (#"a#b <<EOF"#, #""a#b <<EOF""#),
    (#"`id`"#, #""`id`""#),
    ("ü", "\"ü\""),
    ("", "\"\""),
  ]

  @Test("stay values in the environment", arguments: tricky)
  func environment(value: String, quoted: String) throws {
    let yaml = DescriptorText.line(7, "build: {base: b, env: {KEY: \(yamlQuoted(value))}}")
    let lines = try source.dockerfile(by: .read(yaml)).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("ENV") } == ["ENV KEY=\(quoted)"])
  }

  @Test("stay one word each in a command", arguments: tricky.map(\.0))
  func command(value: String) throws {
    let yaml = DescriptorText.line(7, "build: {base: b, compile: [[echo, \(yamlQuoted(value))]]}")
    let lines = try source.dockerfile(by: .read(yaml)).split(separator: "\n")
    let run = try #require(lines.last { $0.hasPrefix("RUN ") })
    #expect(try JSONDecoder().decode([String].self, from: Data(run.dropFirst(4).utf8)) == ["echo", value])
  }

  @Test("that were found in the source stay one word each", arguments: tricky.map(\.0).filter { !$0.isEmpty })
  func variable(value: String) throws {
    let yaml =
      DescriptorText.line(7, #"build: {base: b, env: {KEY: "${word}"}, compile: [[echo, "${word}"]]}"#)
      + "variables:\n  word: {summary: a word, detect: [{files: [a], match: '^(.*)$', value: '${1}'}]}\n"
    let lines = try AppSource("", ["a": value], [:]).dockerfile(by: .read(yaml)).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("ENV") }.count == 1)
    let run = try #require(lines.last { $0.hasPrefix("RUN ") })
    #expect(try JSONDecoder().decode([String].self, from: Data(run.dropFirst(4).utf8)) == ["echo", value])
  }

  @Test("stand for the places in the container")
  func places() throws {
    let yaml = DescriptorText.line(
      7, #"build: {base: b, compile: [["${source}", "${files}", "${dependencies}", "${app}"]]}"#)
    let lines = try source.dockerfile(by: .read(yaml)).split(separator: "\n")
    #expect(lines.contains(#"RUN ["/app","/orchestrator/files","/orchestrator/dependencies","shop"]"#))
  }

  /// A YAML scalar in single quotes, in which nothing but the quote itself means anything.
  private func yamlQuoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
