import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("The number of a release")
struct ReleaseNumberTests {
  @Test("is written with or without its v", arguments: [("v14", 14), ("14", 14), ("v1", 1)])
  func read(text: String, value: Int) throws {
    #expect(try ReleaseNumber(text).value == value)
    #expect(try ReleaseNumber(text).description == "v\(value)")
  }

  @Test(
    "is refused when it is none",
    arguments: ["", "v", "0", "v0", "-1", "v-1", "1.5", "vv1", "latest", "99999999999999999999"])
  func refused(text: String) {
    let error = #expect(throws: OrchestratorError.self) { try ReleaseNumber(text) }
    #expect(error?.code == .invalidInput)
    #expect(error?.message == "'\(text)' is not a release: they are written v1, v2, …")
  }

  @Test("is ordered as a number, not as text")
  func order() {
    #expect(ReleaseNumber.v(9) < .v(10))
    #expect([ReleaseNumber.v(10), .v(2), .v(1)].sorted() == [.v(1), .v(2), .v(10)])
  }
}
