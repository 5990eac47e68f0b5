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

  @Test("has codes of lower-case words, each another")
  func codes() {
    let codes = Notice.Code.allCases.map(\.rawValue)
    #expect(Set(codes).count == codes.count && codes.allSatisfy { $0.contains(/^[a-z]+(_[a-z]+)*$/) })
    #expect(Notice.Severity.information < .warning && Notice.Severity.warning < .problem)
  }
}
