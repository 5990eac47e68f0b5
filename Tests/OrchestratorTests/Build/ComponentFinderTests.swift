import Testing

@testable import Orchestrator

@Suite("The components of an app, found in its source")
struct ComponentFinderTests {
  private static let express = #"{"dependencies": {"express": "5"}}"#
  private static let react = #"{"dependencies": {"react": "18"}}"#

  /// The folders that the stack finds, by component.
  private static func found(
    _ files: KeyValuePairs<String, String>, by name: String = "mern", settingByHand given: [String: String] = [:]
  ) throws -> [String: String] {
    try withTemporaryFolder { folder in
      for (path, text) in files { try folder.write(path, text) }
      guard case .composed(let stack) = try StackRegistry.shipped.stack(named: name) else { return [:] }
      let finder = ComponentFinder(
        stack: stack, registry: .shipped, source: try SourceFolder(folder.path), app: .shop)
      let components = try finder.components(settingByHand: ComponentSettings(given, of: stack).folders)
      return Dictionary(uniqueKeysWithValues: components.map { ($0.component.name.description, $0.folder) })
    }
  }

  @Test(
    "are in one of the folders that people use for them",
    arguments: [("backend", "frontend"), ("server", "client"), ("api", "web")])
  func folders(back: String, front: String) throws {
    let found = try Self.found(["\(back)/package.json": Self.express, "\(front)/package.json": Self.react])
    #expect(found == ["backend": back, "frontend": front])
  }

  @Test("a package at the top that only starts both is none of them")
  func workspace() throws {
    let found = try Self.found([
      "package.json": #"{"devDependencies": {"concurrently": "9"}}"#, "backend/package.json": Self.express,
      "frontend/package.json": Self.react,
    ])
    #expect(found == ["backend": "backend", "frontend": "frontend"])
  }

  @Test("an app whose server brings its own pages is a backend and nothing else")
  func serverWithPages() throws {
    let found = try Self.found([
      "package.json": Self.express, "backend/server.js": "", "frontend/package.json": Self.react,
      "frontend/build/index.html": "",
    ])
    #expect(found == ["backend": "."])
  }

  @Test("can be said by hand, also where nothing looks like them")
  func byHand() throws {
    let found = try Self.found(
      ["packages/api/index.js": "", "frontend/package.json": Self.react], settingByHand: ["backend": "packages/api"])
    #expect(found == ["backend": "packages/api", "frontend": "frontend"])
  }

  @Test("of another composition are found in the same way")
  func otherComposition() throws {
    let found = try Self.found(
      ["backend/manage.py": "DJANGO_SETTINGS_MODULE", "frontend/package.json": Self.react], by: "django-react")
    #expect(found == ["backend": "backend", "frontend": "frontend"])
  }

  @Test("that are missing are an error, which says where they were looked for")
  func missing() throws {
    let error = #expect(throws: OrchestratorError.self) {
      try Self.found(["backend/package.json": Self.express, "client/package.json": "{}"])
    }
    #expect(error?.code == .detectionFailed)
    let lines = error?.message.split(separator: "\n").map(String.init) ?? []
    #expect(lines.first == "cannot find the frontend of 'shop', an app of the stack 'mern-frontend'")
    #expect(
      Array(lines.dropFirst(2)) == [
        "  frontend: is not there", "  client: does not look like an app of the stack mern-frontend",
        "  web: is not there",
      ])
    #expect(error?.hint?.hasPrefix("say where it is with --set frontend=FOLDER") == true)
  }

  @Test("are not looked for outside of the source", arguments: ["../other", "/etc", "nowhere"])
  func outside(folder: String) throws {
    let error = #expect(throws: OrchestratorError.self) {
      try Self.found(["backend/package.json": Self.express], settingByHand: ["backend": folder])
    }
    #expect(error?.code == .invalidInput)
    #expect(error?.message == "'\(folder)' cannot be the folder of the component 'backend'")
  }

  @Test("a setting for what is no component is refused with the one that was probably meant")
  func unknown() throws {
    let error = #expect(throws: OrchestratorError.self) {
      try Self.found(["a": ""], settingByHand: ["fronted.output": "build"])
    }
    #expect(error?.message == "stack 'mern' has no component 'fronted' (did you mean 'frontend'?)")
    #expect(error?.hint?.hasPrefix("its components are backend, frontend; write --set backend=FOLDER") == true)
  }
}
