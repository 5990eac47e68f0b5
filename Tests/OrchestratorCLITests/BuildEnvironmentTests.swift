import Testing

@testable import OrchestratorCLI

@Suite("A variable of the build")
struct BuildEnvironmentTests {
  @Test(
    "that is named without a value has that of our own environment",
    arguments: [("TOKEN", "TOKEN=s3cret"), ("TOKEN=other", "TOKEN=other"), ("NONE", "NONE"), ("", "")])
  func assignment(text: String, expected: String) {
    #expect(OptionValue.assignment(text, environment: ["TOKEN": "s3cret"]) == expected)
  }
}
