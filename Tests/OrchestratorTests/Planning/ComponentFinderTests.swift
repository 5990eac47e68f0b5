import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorStacks

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

  @Test("a server at the top that makes its own pages is all of the app; one that does not has them beside it")
  func serverAtTheTop() throws {
    func found(building script: String, settingByHand given: [String: String] = [:]) throws -> [String: String] {
      let package = #"{"dependencies": {"express": "4"}, "scripts": {"start": "node server"\#(script)}}"#
      return try Self.found(
        ["package.json": package, "server.js": "", "client/package.json": Self.react], settingByHand: given)
    }
    try #expect(found(building: #", "build": "npm run build --prefix client""#) == ["backend": "."])
    try #expect(found(building: "") == ["backend": ".", "frontend": "client"])
    try #expect(found(building: #", "build": "tsc""#) == ["backend": ".", "frontend": "client"])
    let byHand = try found(
      building: #", "build": "npm run build --prefix client""#, settingByHand: ["frontend": "client/"])
    #expect(byHand == ["backend": ".", "frontend": "client"])
  }

  @Test("a server alone is all of the app")
  func serverAlone() throws {
    #expect(try Self.found(["package.json": Self.express, "server.js": ""]) == ["backend": "."])
  }

  @Test("are never behind a link that leads out of the source")
  func link() throws {
    try withTemporaryFolder { folder in
      try folder.write(["other/package.json": Self.express, "app/frontend/package.json": Self.react])
      try FileManager.default.createSymbolicLink(atPath: folder("app/backend"), withDestinationPath: "../other")
      guard case .composed(let stack) = try StackRegistry.shipped.stack(named: "mern") else { return }
      let finder = ComponentFinder(
        stack: stack, registry: .shipped, source: try SourceFolder(folder("app")), app: .shop)
      for given in [[:], [sure(try ComponentName("backend")): "backend"]] {
        #expect(throws: OrchestratorError.self) { try finder.components(settingByHand: given) }
      }
    }
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
