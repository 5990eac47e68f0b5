import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning

@Suite("Searching an app's source")
struct SourceSearchTests {
  /// An expression that takes for ever, and a text for it.
  private static let endless = (expression: "^(a+)+$", text: String(repeating: "a", count: 60) + "b")

  /// A clock that goes on by this much whenever somebody looks at it.
  private static func clock(by step: Duration) -> @Sendable () -> Duration {
    let time = Hands()
    return { time.move(by: step) }
  }

  private final class Hands: Sendable {
    private let time = Mutex(Duration.zero)

    func move(by step: Duration) -> Duration {
      time.withLock { time in
        time += step
        return time
      }
    }
  }

  private static func rule(_ match: String?, without: String? = nil, files: [String] = ["a.py"]) -> DetectionRule {
    DetectionRule(files: files, within: Template("."), match: match, without: without, value: Template("${1}"))
  }

  @discardableResult
  private func search<Result>(
    _ files: KeyValuePairs<String, String>, with search: SourceSearch, _ body: (VariableDetector) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      try folder.write(files)
      return try body(
        VariableDetector(stack: .sample(), source: SourceFolder(folder.path), app: .shop, search: search))
    }
  }

  @Test("what takes too long counts as if nothing was found, and is said with the file's name, once")
  func tooLong() throws {
    let search = SourceSearch(limitForAll: .seconds(1000), time: Self.clock(by: .milliseconds(50)))
    try self.search(["a.py": Self.endless.text, "b.py": "b"], with: search) { detector in
      for _ in 1...2 { try #expect(!detector.matches([Self.rule(Self.endless.expression)])) }
      try #expect(detector.matches([Self.rule("b", files: ["b.py"])]))
      #expect(
        search.takeRemarks() == [
          "'a.py' was not searched to its end, which takes too long: it counts as if nothing was found"
        ])
      #expect(search.takeRemarks() == [])
    }
  }

  @Test("when the time for all is over the rest is not looked at, and that is said once")
  func allTooLong() throws {
    let search = SourceSearch(time: Self.clock(by: .milliseconds(400)))
    try self.search(["a.py": "a", "b.py": "b"], with: search) { detector in
      for name in ["a", "b", "b"] { _ = try detector.matches([Self.rule(name, files: ["*.py"])]) }
      #expect(
        search.takeRemarks() == [
          "searching the source takes too long: '*.py' and what comes after it was not looked at"
        ])
    }
  }

  @Test("ends at once when it is interrupted")
  func interrupted() async throws {
    let search = SourceSearch(limitForOne: .seconds(1000), limitForAll: .seconds(1000))
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try self.search(["a.py": Self.endless.text], with: search) { detector in
        try detector.matches([Self.rule(Self.endless.expression)])
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("a file must have what a rule matches, and nothing of what it says that it is without")
  func without() throws {
    try search(["a.py": "a\nb\n"], with: SourceSearch()) { detector in
      try #expect(detector.matches([Self.rule("^a$", without: "c")]))
      try #expect(!detector.matches([Self.rule("^a$", without: "^b")]))
      try #expect(detector.matches([Self.rule(nil, without: "c")]))
      try #expect(!detector.matches([Self.rule(nil, without: "a")]))
    }
  }

  @Test("of a long file only the beginning is read; where nothing is found in it, that is said")
  func long() throws {
    let search = SourceSearch(limitForOne: .seconds(30), limitForAll: .seconds(30))
    let text = "first\n" + String(repeating: "x", count: SourceFolder.mostText) + "\nlast\n"
    try self.search(["a.py": text], with: search) { detector in
      try #expect(detector.matches([Self.rule("^first$")]))
      #expect(search.takeRemarks() == [])
      try #expect(!detector.matches([Self.rule("^last$")]))
      #expect(search.takeRemarks() == ["of 'a.py' only the first 1.0 MB were searched"])
    }
  }

  @Test("what could not be searched stands in the error, and among what a person is told")
  func said() throws {
    var stack = StackDescriptor.sample()
    stack.variables = [.init(name: "x", summary: "a thing", pattern: nil, detect: [Self.rule(Self.endless.expression)])]
    try withTemporaryFolder { folder in
      try folder.write("a.py", Self.endless.text)
      let spec = AppSpec(name: .shop, stack: "stub", source: folder.path)
      func plan(_ stack: StackDescriptor) throws -> ComponentPlan {
        try ComponentPlan(
          spec, stack: stack, on: .docker, configuration: OrchestratorConfiguration(home: "/none"),
          search: SourceSearch(limitForAll: .seconds(1000), time: Self.clock(by: .milliseconds(50))))
      }
      let error = #expect(throws: OrchestratorError.self) { try plan(stack) }
      #expect(error?.code == .detectionFailed)
      #expect(error?.message.contains("\n'a.py' was not searched to its end, which takes too long") == true)
      stack.variables[0].fallback = Template("usual")
      try #expect(plan(stack).advice.map { $0.prefix(27) } == ["'a.py' was not searched to "])
    }
  }

  @Test("a value of any length is refused without being matched, or shown")
  func longValue() throws {
    var stack = StackDescriptor.sample()
    stack.variables = [
      .init(name: "x", summary: "a thing", pattern: "(a+)+", detect: [Self.rule("^(.*)$")])
    ]
    try withTemporaryFolder { folder in
      try folder.write("a.py", String(repeating: "a", count: 5000) + "b")
      let detector = VariableDetector(stack: stack, source: try SourceFolder(folder.path), app: .shop)
      let error = #expect(throws: OrchestratorError.self) { try detector.values(settingByHand: [:]) }
      #expect(error?.message == "'\(String(repeating: "a", count: 100))…' cannot be 'x': a thing")
    }
  }
}
