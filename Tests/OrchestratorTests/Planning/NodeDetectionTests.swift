import Testing

@testable import Orchestrator

@Suite("What node is to start, and what a frontend's build leaves behind")
struct NodeDetectionTests {
  private static func backend(_ package: String, _ file: String = "server.js", starts entry: String) -> AppSource {
    AppSource(package, ["package.json": package, file: ""], ["entry": entry, "lock": "none"])
  }

  static let backends = [
    backend(#"{"scripts": {"start": "node api.js"}}"#, starts: "api.js"),
    backend(#"{"scripts": {"start": "node ./bin/www"}}"#, starts: "./bin/www"),
    backend(#"{"scripts": {"start": "NODE_ENV=production node --env-file=.env src/api.js"}}"#, starts: "scripts.start"),
    backend(#"{"scripts": {"start": "nodemon api.js"}}"#, starts: "api.js"),
    backend(#"{"main": "lib/api.js"}"#, starts: "lib/api.js"),
    backend(#"{"main": "index.js"}"#, starts: "server.js"),
    backend(#"{"main": "index.js"}"#, "index.js", starts: "index.js"),
    backend("{}", "src/server.js", starts: "src/server.js"),
    backend(#"{"scripts": {"start": "tsc && react-scripts start"}}"#, "app.js", starts: "scripts.start"),
    backend(#"{"scripts": {"start": "node ."}}"#, starts: "."),
    backend(#"{"scripts": {"start": "node api.js --verbose"}}"#, starts: "scripts.start"),
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
    let source = AppSource(package, ["package.json": package], ["output": folder, "lock": "none"])
    #expect(try source.variables(foundBy: "mern-frontend") == source.expected)
  }

  @Test("the folder of a frontend's pages as Vite's settings name it")
  func viteFolder() throws {
    let source = AppSource(
      "", ["package.json": "{}", "vite.config.ts": "export default { build: { outDir: './public/app' } }"],
      ["output": "public/app", "lock": "none"])
    #expect(try source.variables(foundBy: "mern-frontend") == source.expected)
  }

  @Test(
    "the file that fixes the versions",
    arguments: ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"])
  func lock(file: String) throws {
    let source = AppSource("", ["package.json": "{}", "server.js": "", file: ""], [:])
    #expect(try source.variables(foundBy: "mern-backend")["lock"] == file)
  }
}
