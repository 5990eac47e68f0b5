import Testing

@testable import Orchestrator

@Suite("What node is to start, and what a frontend's build leaves behind")
struct NodeDetectionTests {
  private static func backend(_ package: String, _ file: String = "server.js", starts entry: String) -> AppSource {
    AppSource(package, ["package.json": package, file: ""], ["entry": entry])
  }

  static let backends = [
    backend(#"{"scripts": {"start": "node api.js"}}"#, starts: "api.js"),
    backend(#"{"scripts": {"start": "node ./bin/www"}}"#, starts: "./bin/www"),
    backend(#"{"scripts": {"start": "NODE_ENV=production node --env-file=.env src/api.js"}}"#, starts: "src/api.js"),
    backend(#"{"scripts": {"start": "nodemon api.js"}}"#, starts: "api.js"),
    backend(#"{"main": "lib/api.js"}"#, starts: "lib/api.js"),
    backend(#"{"main": "index.js"}"#, starts: "server.js"),
    backend(#"{"main": "index.js"}"#, "index.js", starts: "index.js"),
    backend("{}", "src/server.js", starts: "src/server.js"),
    backend(#"{"scripts": {"start": "tsc && react-scripts start"}}"#, "app.js", starts: "app.js"),
  ]

  @Test("the script of a backend", arguments: backends)
  func entry(source: AppSource) throws {
    #expect(try source.variables(foundBy: "mern-backend") == source.expected)
  }

  @Test(
    "the pages of a frontend",
    arguments: [
      (#"{"devDependencies": {"vite": "7"}}"#, "dist"), (#"{"dependencies": {"react-scripts": "5"}}"#, "build"),
    ])
  func output(package: String, folder: String) throws {
    let source = AppSource(package, ["package.json": package], ["output": folder])
    #expect(try source.variables(foundBy: "mern-frontend") == source.expected)
  }
}
