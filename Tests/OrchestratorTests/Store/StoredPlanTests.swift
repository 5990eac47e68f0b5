import Foundation
import Testing

@testable import Orchestrator

@Suite("A plan in the store")
struct StoredPlanTests {
  /// The file was written by the first version of the schema, and stays as it is: what is added to a plan needs a default.
  @Test("is read by every later version of the program")
  func firstSchema() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let stored = try Data(contentsOf: tests.appendingPathComponent("Goldens/store/plan-of-schema-v1.json"))
    #expect(try JSONDecoder().decode(DeploymentPlan.self, from: stored) == .sample())
  }
}
