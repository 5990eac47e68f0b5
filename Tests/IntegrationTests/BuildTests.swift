import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  @Suite("Builds, and the releases that run from them")
  struct BuildTests {
    /// An app that tells what it found when it started, and writes beside its code.
    private static let writing = """
      import os
      place = os.path.dirname(os.path.abspath(__file__))
      found = sorted(set(os.listdir(place)) & {"written", "built"})
      code = open(os.path.join(place, "app.py")).read()
      for name in ["written", "app.py"]:
          try:
              with open(os.path.join(place, name), "a") as file: file.write("\\n# more")
          except PermissionError: pass # an image is root's
      """

    @Test(
      "what an app writes beside its code stays its release's: a later one of the same build finds nothing of it",
      arguments: Lane.runtimes)
    func writesBesideItsCode(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let engine = try DeploymentEngine(try installation.configuration())
      let app = try TestApp.plain("{','.join(found)} {code.endswith('# more')}", before: Self.writing)
      try app.write("build.py", "open('built', 'w').write('x')")
      let name = try AppName("writing")
      let before = try await installation.world()
      try await installation.using("writing") {
        try await installation.deploy("plain", app, as: "writing")
        #expect(try await installation.page("writing", port: TestStacks.plainPort) == "built False v1")
        let build = try await installation.build(of: "writing")
        // The same build twice: beside the release that wrote, and from one that itself runs from a build.
        for number in 2...3 {
          let release = try await engine.redeploy(buildsOf: try ReleaseNumber("v\(number - 1)"), of: name)
          #expect(release.number.value == number)
          #expect(try await installation.page("writing", port: TestStacks.plainPort) == "built False v\(number)")
        }
        try await #expect(installation.build(of: "writing") == build)
        let releases = (1...3).map { "\(installation.home)/releases/writing/v\($0)/app/source" }
        for source in releases where runtime == .process {
          #expect(try String(contentsOfFile: source + "/app.py", encoding: .utf8).hasSuffix("# more"))
          #expect(FileManager.default.isThere(source + "/written"))
        }
        // It is used on when the first release is gone, and goes with the last.
        try await engine.redeploy(buildsOf: try ReleaseNumber("v3"), of: name)
        try #require(try await engine.prune(keeping: 2).problems == [])
        try await #expect(installation.build(of: "writing") == build)
        for _ in 5...6 { try await installation.deploy("plain", app, as: "writing") }
        try #require(try await engine.prune(keeping: 2).problems == [])
        #expect(try await installation.builds(of: "writing") == ["v5", "v6"])
      }
      #expect(try await installation.world().folders == before.folders)
      #expect(try await installation.world().builds == before.builds)
      #expect(try await installation.world().images == before.images)
    }

    @Test(
      "a build is root's, and no app can look into it", .lane(.process), .enabled(if: getuid() == 0, "as root only"))
    func ownedByRoot() async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp.plain(before: "import os; os.chmod('app.py', 0o666)")
      try app.write("build.py", "import os; os.symlink('/etc/shadow', 'shadow'); os.mkfifo('pipe')")
      try await installation.using("owned") {
        try await installation.deploy("plain", app, as: "owned")
        let folder = installation.home + "/builds/owned/v1"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
        #expect(files.sorted() == ["dependencies", "source", "source/app.py", "source/build.py", "source/shadow"])
        let facts = { (path: String) in try FileManager.default.attributesOfItem(atPath: path) }
        for path in files.map({ "\(folder)/\($0)" }) + [folder] {
          #expect(try facts(path)[.ownerAccountID] as? Int == 0, "\(path)")
        }
        #expect(try facts(folder)[.posixPermissions] as? Int == 0o700)
        // What the running release did to its own copy is not in it.
        #expect(try facts(folder + "/source/app.py")[.posixPermissions] as? Int == 0o644)
      }
    }
  }
}

extension Installation {
  /// The numbers of the releases that builds of an app were made for.
  fileprivate func builds(of app: String) async throws -> [String] {
    switch runtime {
    case .docker:
      let prefix = "\(namespace)/\(app):"
      return try await world().images.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    case .process:
      return FileManager.default.names(in: "\(home)/builds/\(app)").sorted()
    }
  }

  /// The first build of an app, with all that is in it.
  fileprivate func build(of app: String) async throws -> [String] {
    switch runtime {
    case .docker:
      return [try await Program.run("docker", ["inspect", "--format", "{{.Id}}", "\(namespace)/\(app):v1"]).output]
    case .process:
      let folder = "\(home)/builds/\(app)/v1"
      return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().map { path in
        let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
        let text = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
        return "\(path) \(facts[.posixPermissions] ?? "") \(facts[.modificationDate] ?? "") \(text ?? "")"
      }
    }
  }
}
