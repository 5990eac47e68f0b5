import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorStacks

@Suite("The apps in Examples")
struct ExampleTests {
  @Test(
    "each is recognised by its stack, and everything is found that it needs",
    arguments: [
      ("flask-hello", "flask"), ("django-notes", "django"), ("fastapi-hello", "fastapi"),
      ("dockerfile-hello", "dockerfile"), ("mern-shop/backend", "mern-backend"),
      ("mern-shop/frontend", "mern-frontend"),
    ])
  func examples(folder: String, stack: String) throws {
    let descriptor = try StackRegistry.shipped.single(named: stack)
    let detector = try VariableDetector(
      stack: descriptor, source: SourceFolder("\(PackageFolder.path)/Examples/\(folder)"), app: AppName("shop"))
    #expect(try detector.recognises())
    #expect(throws: Never.self) { try detector.values(settingByHand: [:]) }
  }
}
