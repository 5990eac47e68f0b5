import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("The name of an app")
struct AppNameTests {
  @Test(
    "is one lower-case DNS label", arguments: ["www", "a", "0", "shop-2", "a--b", String(repeating: "a", count: 63)])
  func good(text: String) throws {
    #expect(try AppName(text).description == text)
  }

  @Test(
    "is refused when it is anything else, with the reason",
    arguments: [
      ("", "it is empty"), (String(repeating: "a", count: 64), "it is longer than 63 characters"),
      ("-a", "it starts or ends with '-'"), ("a-", "it starts or ends with '-'"), ("-", "it starts or ends with '-'"),
      ("localhost", "it is reserved"),
    ])
  func reasons(text: String, fault: String) {
    let error = #expect(throws: OrchestratorError.self) { try AppName(text) }
    #expect(error?.code == .invalidName)
    #expect(error?.message == "'\(text)' cannot be a subdomain: \(fault)")
    #expect(error?.hint != nil)
  }

  @Test(
    "can mean nothing to a shell, a path, nginx or a terminal",
    arguments: [
      "../x", "..", "/", "a/b", "a b", " a", "a;b", "a.b", "a_b", "A", "Shop", "é", "a\u{301}", "а", "１", "a\n", "a\0b",
      "$(x)",
      "a\u{1B}[2J", "{a}", "*", "%61", "a\u{200B}",
    ])
  func hostile(text: String) {
    let error = #expect(throws: OrchestratorError.self) { try AppName(text) }
    #expect(error?.message == "\(text.quoted) cannot be a subdomain: only a-z, 0-9 and '-' may stand in it")
    #expect(error?.description.unicodeScalars.contains { $0.isControl && $0 != "\n" } == false)
    #expect(error?.message.contains("\n") == false)
  }
}
