import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

@Suite("Validating a descriptor before it is installed")
struct StackValidationTests {
  @Test("a right one is valid, and nothing is said")
  func right() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("stack.yaml", DescriptorText.smallest)
      let (valid, diagnostics) = try StackRegistry(pluginFolders: []).validate(path: file)
      #expect(valid.map(\.name.description) == ["demo"])
      #expect(diagnostics.map(\.description) == [])
    }
  }

  @Test("all mistakes of a file are told")
  func allMistakes() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("stack.yaml", DescriptorText.line(5, "publicPort: 0\nrol: backend"))
      let (valid, diagnostics) = try StackRegistry(pluginFolders: []).validate(path: file)
      #expect(valid.isEmpty)
      #expect(
        diagnostics.map(\.description) == [
          "\(file):5:13: error: 'publicPort' must be a port from 1024 to 65535, not '0'",
          "\(file):6:1: error: unknown key 'rol' (did you mean 'role'?)",
        ])
    }
  }

  @Test("a folder of stacks is checked as a whole: the mistakes of each, and what clashes")
  func folder() throws {
    try withTemporaryFolder { folder in
      try folder.write([
        "a/stack.yaml": DescriptorText.named("a"), "b/stack.yaml": DescriptorText.named("b"),
        "c/stack.yaml": "nonsense",
      ])
      let (valid, diagnostics) = try StackRegistry(pluginFolders: []).validate(path: folder.path)
      #expect(valid.map(\.name.description) == ["a"])
      #expect(
        diagnostics.map(\.description) == [
          "\(folder("b/stack.yaml")):6:16: error: internal ports 30000-30009 overlap those of stack 'a' (30000-30009)",
          "\(folder("c/stack.yaml")):1:1: error: the file must be a mapping of keys to values",
        ])
    }
  }

  @Test("a folder without a descriptor is a mistake")
  func emptyFolder() throws {
    try withTemporaryFolder { folder in
      let (valid, diagnostics) = try StackRegistry(pluginFolders: []).validate(path: folder.path)
      #expect(valid.isEmpty)
      let expected = "\(folder.path):1:1: error: the folder has no descriptor: 'stack.yaml' was expected in it"
      #expect(diagnostics.map(\.description) == [expected])
    }
  }

  @Test("a path with nothing at it is not found")
  func nothing() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: OrchestratorError.self) {
        try StackRegistry(pluginFolders: []).validate(path: folder("none.yaml"))
      }
      #expect(error?.code == .notFound)
      #expect(error?.message == "there is no file or folder '\(folder("none.yaml"))'")
    }
  }

  @Test("what clashes with an installed stack is told")
  func besideInstalled() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("stack.yaml", DescriptorText.named("flask", internalPorts: "15050-15060"))
      let (valid, diagnostics) = try StackRegistry(pluginFolders: []).validate(path: file)
      #expect(valid.isEmpty)
      #expect(
        diagnostics.map(\.description) == [
          "\(file):3:7: error: there is a stack 'flask' already, from built-in/flask.yaml",
          "\(file):6:16: error: internal ports 15050-15060 overlap those of stack 'flask' (15000-15099)",
        ])
    }
  }

  @Test(
    "an installed file does not clash with itself, whichever way it is named",
    arguments: ["demo/stack.yaml", "./demo/stack.yaml", "link/stack.yaml", "demo"])
  func itself(way: String) throws {
    try withTemporaryFolder { folder in
      try folder.write("plugins/demo/stack.yaml", DescriptorText.smallest)
      try folder.link("plugins/link", to: "demo")
      let registry = StackRegistry(pluginFolders: [folder("plugins/demo")])
      let path = folder("plugins/\(way)")
      let (valid, diagnostics) = try registry.validate(path: path)
      #expect(valid.map(\.name.description) == ["demo"])
      #expect(diagnostics.map(\.description) == [])
    }
  }
}
