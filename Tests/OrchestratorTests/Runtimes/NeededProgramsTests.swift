import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning
@testable import OrchestratorRuntimes
@testable import OrchestratorStacks

@Suite("The programs of the machine that an app needs without Docker")
struct NeededProgramsTests {
  @Test(
    "are those of the steps that its source asks for",
    arguments: [
      ("mern-backend", "package-lock.json", ["npm", "sh"]), ("mern-backend", "pnpm-lock.yaml", ["npm", "pnpm", "sh"]),
      ("mern-backend", "yarn.lock", ["npm", "sh", "yarn"]), ("mern-backend", ".yarnrc.yml", ["npm", "sh", "yarn"]),
      ("mern-frontend", "package-lock.json", ["nginx", "npm"]),
    ])
  func programs(stack: String, lock: String, expected: [String]) throws {
    let stack = try StackRegistry.shipped.single(named: stack)
    try withTemporaryFolder { folder in
      for file in ["package.json", "server.js", lock] { try folder.write(file, "{}") }
      let source = try SourceFolder(folder.path)
      let variables = try VariableDetector(stack: stack, source: source, app: .shop).values(settingByHand: [:])
      #expect(stack.programs(for: source, variables: variables) == expected)
    }
  }
}
