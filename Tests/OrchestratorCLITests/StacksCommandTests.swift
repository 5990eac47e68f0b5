import Foundation
import Testing

@testable import OrchestratorModel

@Suite("The stacks commands")
struct StacksCommandTests {
  let program = Program()

  @Test("list shows the built-in stacks and those of the plugins folders, and warns of a broken one")
  func list() async throws {
    let plugins = program.home + "/plugins"
    try FileManager.default.createDirectory(atPath: plugins + "/broken", withIntermediateDirectories: true)
    try "name: [".write(toFile: plugins + "/broken/stack.yaml", atomically: true, encoding: .utf8)
    let run = try await program.run("stacks", "list")
    #expect(run.status == 0)
    for stack in ["flask", "django", "mern-backend", "mern-frontend", "fastapi", "dockerfile"] {
      #expect(run.output.contains("\n\(stack) "), "\(run.output)")
    }
    #expect(run.errors.contains("plugins/broken/stack.yaml:"))
    #expect(run.errors.contains("error: not a YAML file"))
    #expect(run.errors.contains("all others work"))
  }

  @Test("show prints the descriptor as its author wrote it")
  func show() async throws {
    let run = try await program.run("stacks", "show", "flask")
    let text = try String(contentsOfFile: Program.root + "/Sources/Stacks/Descriptors/flask.yaml", encoding: .utf8)
    #expect(run.output == text)
    let unknown = try await program.run("stacks", "show", "rails")
    #expect(unknown.status == 3)
  }

  @Test("validate prints every mistake and ends with 1")
  func validateBroken() async throws {
    let file = program.home + "/stack.yaml"
    try FileManager.default.createDirectory(atPath: program.home, withIntermediateDirectories: true)
    try """
    apiVersion: orchestrator/v1
    kind: Stack
    name: mine
    summary: Mine
    publicPort: 15001
    internalPorts: 9000-8000
    helth: {path: /}
    build: {base: "python:3.13-slim"}
    run: {command: [run, "${prt}"]}
    """.write(toFile: file, atomically: true, encoding: .utf8)
    let run = try await program.run("stacks", "validate", file)
    #expect(run.status == 1)
    #expect(
      run.output == """
        \(file):6:16: error: 'internalPorts' must be a range of ports such as '15000-15099', not '9000-8000'
        \(file):7:1: error: unknown key 'helth' (did you mean 'health'?)
        \(file):9:22: error: unknown variable '${prt}' (did you mean '${port}'?)

        """)
  }

  @Test(
    "validate accepts what ships",
    arguments: ["Plugins", "Plugins/fastapi", "Plugins/fastapi/stack.yaml", "Sources/Stacks/Descriptors"])
  func validateShipped(_ path: String) async throws {
    let run = try await program.run("stacks", "validate", Program.root + "/" + path)
    let isBuiltIn = path.hasPrefix("Sources")
    // The built-in stacks' own files clash with the built-in stacks: that is what validating beside them means.
    #expect(run.status == (isBuiltIn ? 1 : 0), "\(run.output)")
    #expect(run.output.contains(isBuiltIn ? "there is a stack 'flask' already" : "ok, stack 'fastapi'"))
  }

  @Test("validate of what is not there ends with 3")
  func validateNothing() async throws {
    #expect(try await program.run("stacks", "validate", "/nowhere").status == 3)
  }
}
