import Testing

@testable import Orchestrator
@testable import OrchestratorStacks

@Suite("Stacks that cannot stand side by side")
struct StackClashTests {
  /// What a second stack is wrong about beside the first one, `demo` on 9000 with 30000-30009.
  struct Clash: CustomTestStringConvertible {
    let testDescription: String
    let second: String
    let expected: [String]

    init(_ what: String, _ second: String, _ expected: String...) {
      (testDescription, self.second, self.expected) = (what, second, expected.map { "second.yaml:\($0)" })
    }
  }

  static let clashes = [
    Clash(
      "the same name", DescriptorText.named("demo", publicPort: "9100", internalPorts: "31000-31009"),
      "3:7: error: there is a stack 'demo' already, from first.yaml"),
    Clash(
      "the same range", DescriptorText.named("other", publicPort: "9100"),
      "6:16: error: internal ports 30000-30009 overlap those of stack 'demo' (30000-30009)"),
    Clash(
      "a range that begins in the other's last port", DescriptorText.named("other", internalPorts: "30009-30020"),
      "6:16: error: internal ports 30009-30020 overlap those of stack 'demo' (30000-30009)"),
    Clash(
      "a range inside the other's", DescriptorText.named("other", internalPorts: "30004-30004"),
      "6:16: error: internal ports 30004-30004 overlap those of stack 'demo' (30000-30009)"),
    Clash(
      "a public port inside the other's range",
      DescriptorText.named("other", publicPort: "30003", internalPorts: "31000-31009"),
      "5:13: error: public port 30003 lies inside the internal ports of stack 'demo' (30000-30009)"),
    Clash(
      "a range with the other's public port",
      DescriptorText.named("other", publicPort: "9100", internalPorts: "8990-9010"),
      "6:16: error: internal ports 8990-9010 contain the public port 9000 of stack 'demo'"),
    Clash(
      "everything at once", DescriptorText.named("demo", publicPort: "30000", internalPorts: "9000-29999"),
      "3:7: error: there is a stack 'demo' already, from first.yaml",
      "5:13: error: public port 30000 lies inside the internal ports of stack 'demo' (30000-30009)",
      "6:16: error: internal ports 9000-29999 contain the public port 9000 of stack 'demo'"),
  ]

  @Test("the second is left out, with a diagnostic at the key that clashes, and the rest loads", arguments: clashes)
  func leftOut(clash: Clash) {
    let registry = StackRegistry(
      loading: [
        "first.yaml": DescriptorText.smallest, "second.yaml": clash.second,
        "third.yaml": DescriptorText.named("third", publicPort: "9300", internalPorts: "33000-33009"),
      ])
    #expect(registry.diagnostics.map(\.description) == clash.expected)
    #expect(registry.stacks.map(\.name.description) == ["demo", "third"])
  }

  @Test("two stacks may share a public port, and their ranges may touch")
  func neighbours() {
    let registry = StackRegistry(
      loading: [
        "first.yaml": DescriptorText.smallest,
        "second.yaml": DescriptorText.named("other", internalPorts: "30010-30019"),
      ])
    #expect(registry.diagnostics.map(\.description) == [])
    #expect(registry.stacks.count == 2)
  }

  @Test("a broken descriptor is left out, and what clashes with it is not")
  func brokenTakesNoPlace() {
    let registry = StackRegistry(
      loading: ["first.yaml": DescriptorText.adding("colour: red"), "second.yaml": DescriptorText.smallest])
    #expect(registry.diagnostics.map(\.description) == ["first.yaml:10:1: error: unknown key 'colour'"])
    #expect(registry.stacks.map(\.file) == ["second.yaml"])
  }

  @Test("the same folder named twice is loaded once")
  func sameFolderTwice() throws {
    try withTemporaryFolder { folder in
      try folder.write("demo/stack.yaml", DescriptorText.smallest)
      let registry = StackRegistry(pluginFolders: [folder.path, folder("."), folder("demo")])
      #expect(registry.diagnostics.map(\.description) == [])
      #expect(registry.stacks.filter { $0.name.description == "demo" }.count == 1)
    }
  }
}
