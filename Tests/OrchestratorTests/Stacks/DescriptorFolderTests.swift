import Testing

@testable import Orchestrator
@testable import OrchestratorStacks

@Suite("A folder of stacks")
struct DescriptorFolderTests {
  let loader = DescriptorLoader()

  @Test("folders with a stack.yaml and files NAME.yaml are its stacks, in the order of their names")
  func everyStack() throws {
    try withTemporaryFolder { folder in
      try folder.write([
        "b.yaml": DescriptorText.named("b"), "a/stack.yaml": DescriptorText.named("a"),
        "c.yml": DescriptorText.named("c"), "README.md": "Mine.", ".hidden/stack.yaml": "nonsense",
      ])
      let outcomes = loader.load(folder: folder.path)
      #expect(outcomes.map { $0.descriptor?.name.description } == ["a", "b", "c"])
      #expect(outcomes.map { $0.descriptor?.file } == ["a/stack.yaml", "b.yaml", "c.yml"].map { folder($0) })
    }
  }

  @Test("a folder with a stack.yaml is one stack, whatever else is in it")
  func oneStack() throws {
    try withTemporaryFolder { folder in
      try folder.write(["stack.yaml": DescriptorText.smallest, "other.yaml": "nonsense", "tests/x.yaml": ""])
      let outcomes = loader.load(folder: folder.path)
      #expect(outcomes.map { $0.descriptor?.name.description } == ["demo"])
    }
  }

  @Test("a folder in it without a descriptor is told of, and keeps no other from loading")
  func withoutDescriptor() throws {
    try withTemporaryFolder { folder in
      try folder.write(["half/README.md": "", "whole/stack.yaml": DescriptorText.smallest])
      let registry = StackRegistry(pluginFolders: [folder.path])
      #expect(
        registry.diagnostics.map(\.description) == [
          "\(folder("half")):1:1: error: the folder has no descriptor: 'stack.yaml' was expected in it"
        ])
      #expect(throws: Never.self) { try registry.stack(named: "demo") }
    }
  }

  @Test("a folder that is not there has no stacks")
  func notThere() throws {
    try withTemporaryFolder { folder in
      #expect(loader.load(folder: folder("none")).isEmpty)
    }
  }
}
