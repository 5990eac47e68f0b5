import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

@Suite("The expressions of the descriptors that ship")
struct LinearExpressionTests {
  /// What sources are made of that are to keep a search busy.
  private static let fillers = ["\n", " ", "a", "a ", "a.", "a:", "a=", "\"", "(", "app ", ".a", "/a", "=", ", "]
  /// What leads an expression into such a text.
  private static let beginnings = [
    "", "web:", "web: gunicorn ", "app", "app:", "app=", "app = a", "from a import ", "from ", "def ", "def create_app",
    "DJANGO_SETTINGS_MODULE\",", "DJANGO_SETTINGS_MODULE\"]", "\"start\": \"node ", "\"main\": \"", "\"build\": \"",
    "outDir: \"", "EXPOSE ", "a", "a:", "application", "import ",
  ]

  static var expressions: [String] {
    let stacks = StackRegistry.shipped.all
    let rules = stacks.flatMap { stack -> [DetectionRule] in
      switch stack {
      case .single(let stack): stack.detect + stack.advice + stack.variables.flatMap(\.detect)
      case .composed(let stack): stack.components.flatMap(\.whole)
      }
    }
    return Set(rules.flatMap { [$0.match, $0.without].compactMap(\.self) }).sorted()
  }

  @Test("take no longer than the length of a text tells", arguments: expressions)
  func linear(text: String) throws {
    let expression = try Expression(text)
    for beginning in Self.beginnings {
      for filler in Self.fillers {
        let text = beginning + String(repeating: filler, count: 5_000 / filler.count) + "!"
        var steps = 0
        _ = expression.firstMatch(in: text) {
          steps += 1
          return steps < 1000
        }
        // A search asks once for every 64 places where nothing matches, and for the same number of 10,000 attempts.
        #expect(steps <= text.utf16.count / 64 + 2, "\(beginning)\(filler)…")
      }
    }
  }

  @Test("are all looked at") func all() { #expect(Self.expressions.count > 20) }
}
