import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("Filling in a template")
struct TemplateTests {
  let values = ["host": "0.0.0.0", "port": "8000", "tricky": "${port}", "1": "first"]

  @Test(
    "every place with a known name is filled, and nothing else is touched",
    arguments: [
      ("${host}:${port}", "0.0.0.0:8000"),
      ("plain", "plain"),
      ("", ""),
      ("${1}-${1}", "first-first"),
      ("${unknown}", "${unknown}"),
      ("$host ${host", "$host ${host"),
      ("$${host}", "$0.0.0.0"),
      ("${ho st} ${}", "${ho st} ${}"),
    ])
  func fills(text: String, expected: String) {
    #expect(Template(text).filled(with: values) == expected)
  }

  @Test("what a value brings along is never looked at again")
  func onePass() {
    #expect(Template("${tricky}").filled(with: values) == "${port}")
  }

  @Test("its names come in the order of their places")
  func names() {
    #expect(Template("${b}/${a} $c ${b}").names == ["b", "a", "b"])
  }

  @Test("it is one string in JSON, and comes back the same")
  func json() throws {
    let data = try JSONEncoder().encode([Template("${host}:80")])
    #expect(String(decoding: data, as: UTF8.self) == #"["${host}:80"]"#)
    #expect(try JSONDecoder().decode([Template].self, from: data) == [Template("${host}:80")])
  }
}
