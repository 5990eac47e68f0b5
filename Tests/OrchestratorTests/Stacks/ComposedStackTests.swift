import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

@Suite("A stack that is made of components")
struct ComposedStackTests {
  /// A right one, beside which the stacks `demo` and `pages` stand.
  private static let yaml = """
    apiVersion: orchestrator/v1
    kind: Stack
    name: pair
    summary: Pairs
    publicPort: 9000
    components:
      back: {stack: demo, folders: [back, .], paths: [/api, /v1.0/ws]}
      front: {stack: pages, folders: [front]}

    """
  private static let pages = DescriptorText.named("pages", internalPorts: "31000-31009") + "role: frontend\n"

  private static func registry(_ yaml: String, portOffset: Int = 0) -> StackRegistry {
    // The stacks that it names may be loaded before it, or after it.
    StackRegistry(
      loading: ["demo.yaml": DescriptorText.smallest, "pair.yaml": yaml, "pages.yaml": pages], portOffset: portOffset)
  }

  @Test("is read, and stands beside those that it names, whatever the order of loading")
  func right() throws {
    let registry = Self.registry(Self.yaml)
    #expect(registry.diagnostics.map(\.description) == [])
    #expect(registry.all.map(\.name.description) == ["demo", "pages", "pair"])
    guard case .composed(let stack) = try registry.stack(named: "pair") else {
      Issue.record("it is not made of components")
      return
    }
    #expect(stack.components.map(\.name.description) == ["back", "front"])
    #expect(stack.components.map(\.folders) == [["back", "."], ["front"]])
    #expect(stack.components.map(\.paths) == [["/api", "/v1.0/ws"], nil])
  }

  @Test("has its port moved by an offset, as all have")
  func offset() {
    #expect(Self.registry(Self.yaml, portOffset: 100).composed.map(\.publicPort) == [.number(9100)])
  }

  static let mistakes: [(String, String, String)] = [
    ("demo,", "dem,", "7:17: error: there is no stack 'dem' (did you mean 'demo'?)"),
    ("pages,", "demo,", "8:18: error: 'front' and 'back' both have the role 'backend': a host has one of each"),
    ("pages,", "pair,", "8:18: error: stack 'pair' is made of components itself"),
    (
      "publicPort: 9000", "publicPort: 30005",
      "5:13: error: public port 30005 lies inside the internal ports of stack 'demo' (30000-30009)"
    ),
    ("name: pair", "name: demo", "3:7: error: there is a stack 'demo' already, from demo.yaml"),
    ("folders: [front]", "folder: [front]", "8:10: error: missing key 'folders' in 'components'"),
    (
      "[/api, /v1.0/ws]", "[api]",
      "7:51: error: 'paths[1]' must be a path such as '/api', of letters, digits, '.', '_' and '-', not 'api'"
    ),
    (
      "[/api, /v1.0/ws]", "[/" + String(repeating: "x", count: 3600) + "]",
      "7:50: error: 'paths' are too long together: 3601 bytes as an expression, of 3500"
    ),
    (
      "[/api, /v1.0/ws]", "[/api/../x]",
      "7:51: error: 'paths[1]' must be a path such as '/api', of letters, digits, '.', '_' and '-', not '/api/../x'"
    ),
    (
      "[/api, /v1.0/ws]", "['/a;b']",
      "7:51: error: 'paths[1]' must be a path such as '/api', of letters, digits, '.', '_' and '-', not '/a;b'"
    ),
    (
      "folders: [front]", "folders: [../x]",
      "8:35: error: 'folders[1]' must be a path inside the app's folder, not '../x'"
    ),
    (
      "folders: [front]", "folders: [front], whole: [{files: [x], within: ../x}]",
      "8:72: error: 'within' must be a path inside the app's folder, not '../x'"
    ),
    (
      ", paths: [/api, /v1.0/ws]", "",
      "7:9: error: 'back' claims no 'paths': with pages in front of it no request would reach it"
    ),
    (
      "folders: [front]", "folders: [front], paths: [/x]",
      "8:10: error: 'front' is a frontend: it gets all paths that no backend claims"
    ),
    ("front:", "Front:", "8:3: error: 'components' must be a name of a-z, 0-9 and '-', not 'Front'"),
  ]

  @Test("has no port that another stack needs, whatever the order of loading")
  func portBeforeItsStack() {
    let registry = StackRegistry(loading: [
      "pair.yaml": Self.yaml.replacing("publicPort: 9000", with: "publicPort: 30005"),
      "demo.yaml": DescriptorText.smallest,
      "pages.yaml": Self.pages,
    ])
    #expect(
      registry.diagnostics.first?.description
        == "demo.yaml:6:16: error: internal ports 30000-30009 contain the public port 30005 of stack 'pair'")
  }

  @Test("is left out with a diagnostic at the place of its mistake, and all others load", arguments: mistakes)
  func wrong(text: String, replacement: String, expected: String) {
    let registry = Self.registry(Self.yaml.replacing(text, with: replacement))
    #expect(registry.diagnostics.first?.description == "pair.yaml:\(expected)")
    #expect(registry.all.map(\.name.description) == ["demo", "pages"])
  }

  @Test("names at least one component, and builds nothing itself")
  func otherKeys() {
    let head = Self.yaml.split(separator: "\n").prefix(5).joined(separator: "\n")
    let found = DescriptorLoader().load(yaml: head + "\ncomponents: {}\nbuild: {base: x}\n", file: "s").diagnostics
    #expect(
      found.map(\.description) == [
        "s:6:13: error: 'components' must name at least one", "s:7:1: error: unknown key 'build'",
      ])
  }

  @Test("is validated with the stacks that are installed")
  func validated() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write(
        "stack.yaml", Self.yaml.replacing("demo", with: "flask").replacing("pages", with: "mern-frontend"))
      let (valid, diagnostics) = try StackRegistry(pluginFolders: []).validate(path: file)
      #expect(diagnostics.map(\.description) == [])
      #expect(valid.map(\.name.description) == ["pair"])
    }
  }
}
