import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("A notice")
struct NoticeTests {
  @Test("is a sentence to a person, and data to a program")
  func both() throws {
    let notice = Notice(
      .portInUse, .warning, about: .release(.v(3), of: .shop), "port 15000 is in use", context: ["port": "15000"])
    #expect("\(notice)" == "port 15000 is in use")
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(notice), as: UTF8.self)
    #expect(
      text
        == #"{"code":"port_in_use","context":{"port":"15000"},"severity":"warning","subject":{"app":"shop","release":"v3"},"text":"port 15000 is in use"}"#
    )
    try #expect(JSONDecoder().decode(Notice.self, from: Data(text.utf8)) == notice)
  }

  @Test("of a failure has the error's code, and its words")
  func failure() {
    let error = OrchestratorError(.conflict, "the image is in use", hint: "remove it")
    let notice = Notice(.notRepaired, about: .app(.shop), after: "shop: ", error)
    #expect(notice.severity == .problem && notice.text == "shop: the image is in use")
    #expect(notice.context == ["error": "conflict"])
  }

  @Test("is read where an earlier version had a sentence only, and where a later one has another code")
  func others() throws {
    let decoder = JSONDecoder()
    func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
      try decoder.decode(type, from: Data(text.utf8))
    }
    try #expect(read([Notice].self, #"["it was started again"]"#).map(\.text) == ["it was started again"])
    let event = try read(DeploymentEvent.self, #"{"event":"note","text":"port 15000 is in use"}"#)
    #expect(event == .note(Notice(.other, about: .installation, "port 15000 is in use")))
    let later = try read(
      Notice.self, #"{"code":"no_such_code","severity":"problem","subject":{},"context":{},"text":"x"}"#)
    #expect(later.code == .other && later.severity == .problem)
  }

  @Test("has codes of lower-case words, each another")
  func codes() {
    let codes = Notice.Code.allCases.map(\.rawValue)
    #expect(Set(codes).count == codes.count && codes.allSatisfy { $0.contains(/^[a-z]+(_[a-z]+)*$/) })
    #expect(Notice.Severity.information < .warning && Notice.Severity.warning < .problem)
  }
}
