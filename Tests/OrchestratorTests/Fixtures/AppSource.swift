import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorRuntimes
@testable import OrchestratorStacks

/// An app's source, file by file, and what a stack is to find in it.
struct AppSource: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let files: [(path: String, text: String)]
  let expected: [String: String]

  init(_ what: String, _ files: KeyValuePairs<String, String>, _ expected: [String: String]) {
    testDescription = what
    self.files = files.map { ($0.key, $0.value) }
    self.expected = expected
  }

  /// Gives `body` a detector of the built-in or shipped stack `name` that looks at the source in a folder of its own.
  func detected<Result>(by name: String, _ body: (VariableDetector) throws -> Result) throws -> Result {
    try withTemporaryFolder { folder in
      for file in files { try folder.write(file.path, file.text) }
      let stack = try StackRegistry.shipped.single(named: name)
      return try body(
        VariableDetector(stack: stack, source: SourceFolder(folder.path), app: AppName("shop")))
    }
  }

  /// The value of every variable that the stack `name` finds, but for the app's name.
  func variables(foundBy name: String, settingByHand given: [String: String] = [:]) throws -> [String: String] {
    try detected(by: name) { detector in
      var values = try detector.values(settingByHand: given)
      #expect(values.removeValue(forKey: "app") == "shop")
      return values
    }
  }

  /// The error with which the stack `name` gives up on the source.
  func refusal(by name: String, settingByHand given: [String: String] = [:]) throws -> OrchestratorError? {
    try detected(by: name) { detector in
      #expect(throws: OrchestratorError.self) { try detector.values(settingByHand: given) }
    }
  }
}

extension AppSource {
  /// The Dockerfile that `stack` makes for the source.
  func dockerfile(
    by stack: StackDescriptor, baseImages: [String: String] = [:], buildEnvironment: [String: String] = [:],
    app number: Int = 7
  ) throws -> String {
    try withTemporaryFolder { folder in
      for file in files { try folder.write(file.path, file.text) }
      var configuration = OrchestratorConfiguration(home: folder("none"))
      configuration.baseImages = baseImages
      let spec = AppSpec(
        name: try AppName("shop"), stack: stack.name.description, source: folder.path,
        buildEnvironment: buildEnvironment)
      let plan = try ComponentPlan(spec, stack: stack, on: .docker, configuration: configuration)
      return try Dockerfile(
        plan: plan, base: try #require(plan.baseImage),
        user: plan.numbered(.first, app: number).containerUser(first: 30_000), source: SourceFolder(folder.path)
      ).rendered()
    }
  }
}
