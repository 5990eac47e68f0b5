import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

@Suite("The registry of stacks")
struct StackRegistryTests {
  @Test("built-in stacks come first, then those of each folder in its turn")
  func order() throws {
    try withTemporaryFolder { folder in
      try folder.write([
        "one/z.yaml": DescriptorText.named("z", internalPorts: "30000-30009"),
        "two/a.yaml": DescriptorText.named("a", internalPorts: "30010-30019"),
      ])
      let registry = StackRegistry(pluginFolders: [folder("one"), folder("two")])
      #expect(
        registry.stacks.map(\.name.description) == ["flask", "django", "mern-backend", "mern-frontend", "z", "a"])
    }
  }

  @Test("an offset moves every port of every stack")
  func offset() throws {
    let plain = StackRegistry(pluginFolders: [])
    let moved = StackRegistry(pluginFolders: [], portOffset: 1000)
    #expect(moved.stacks.count == plain.stacks.count)
    for (before, after) in zip(plain.stacks, moved.stacks) {
      #expect(after.publicPort == before.publicPort.moved(by: 1000))
      #expect(after.internalPorts == before.internalPorts.moved(by: 1000))
      #expect(after.digest == before.digest)
    }
  }

  @Test("an offset that moves a port beyond the last one leaves the stack out", arguments: [40000, -8000, 60000])
  func offsetTooFar(offset: Int) {
    let registry = StackRegistry(loading: ["first.yaml": DescriptorText.smallest], portOffset: offset)
    #expect(registry.stacks.isEmpty)
    let expected = "first.yaml:5:13: error: the port offset \(offset) moves a port of the stack beyond 1024-65535"
    #expect(registry.diagnostics.map(\.description) == [expected])
  }

  @Test("an unknown stack is refused with the one that was probably meant")
  func unknownStack() throws {
    let registry = StackRegistry(pluginFolders: [])
    let error = #expect(throws: OrchestratorError.self) { try registry.stack(named: "flsk") }
    #expect(error?.code == .unknownStack)
    #expect(error?.message == "there is no stack 'flsk'")
    #expect(error?.hint == "did you mean 'flask'? the stacks are flask, django, mern-backend, mern-frontend, mern")
  }

  @Test("an unknown stack like no other is refused with a list, and with word of those that are broken")
  func unknownStackBesideBroken() throws {
    let registry = StackRegistry(
      loading: ["first.yaml": DescriptorText.smallest, "rails.yaml": DescriptorText.line(3, "name: rails!")])
    let error = #expect(throws: OrchestratorError.self) { try registry.stack(named: "rails") }
    #expect(
      error?.hint == "the stacks are demo; 1 mistakes keep other stacks from loading: see stacks list")
  }

  @Test("the text of a stack is what its author wrote")
  func text() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("demo.yaml", "# Mine.\n" + DescriptorText.smallest)
      let registry = StackRegistry(pluginFolders: [folder.path])
      #expect(try registry.text(of: registry.stack(named: "demo")) == "# Mine.\n" + DescriptorText.smallest)
      #expect(try registry.text(of: registry.stack(named: "flask")).hasPrefix("apiVersion: orchestrator/v1\n"))
      try folder.remove("demo.yaml")
      let error = #expect(throws: OrchestratorError.self) { try registry.text(of: registry.stack(named: "demo")) }
      #expect(error?.code == .notFound)
      #expect(error?.message == "the descriptor '\(file)' is gone")
    }
  }
}
