import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning

@Suite("The folder with an app's source")
struct SourceFolderTests {
  @Test("that is not there is not found")
  func none() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: OrchestratorError.self) { try SourceFolder(folder("none")) }
      #expect(error?.code == .notFound)
      #expect(error?.message == "there is no folder '\(folder("none"))'")
      #expect(error?.hint == "name the folder with the app's source")
    }
  }

  @Test("that is a file is refused")
  func file() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: OrchestratorError.self) { try SourceFolder(folder.write("app.py")) }
      #expect(error?.code == .invalidInput)
      #expect(error?.message == "'\(folder("app.py"))' is a file, not a folder")
    }
  }

  @Test("that is empty is refused")
  func empty() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: OrchestratorError.self) { try SourceFolder(folder.path) }
      #expect(error?.code == .invalidInput)
      #expect(error?.message == "the folder '\(folder.path)' is empty: there is no app in it")
    }
  }

  @Test("that may not be read is refused")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      try folder.write("app/app.py")
      try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: folder("app"))
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder("app")) }
      let error = asNobody { #expect(throws: OrchestratorError.self) { try SourceFolder(folder("app")) } }
      #expect(error?.code == .invalidInput)
      #expect(error?.message == "the folder '\(folder("app"))' cannot be read")
      #expect(error?.hint == "check its permissions")
    }
  }

  @Test("that a link leads to is the one it leads to")
  func link() throws {
    try withTemporaryFolder { folder in
      try folder.write("app/app.py")
      try folder.link("current", to: "app")
      #expect(try SourceFolder(folder("current")).path == folder("app"))
    }
  }

  @Test(
    "a star stands for a part of one name, and never for what is hidden, ignored or a test",
    arguments: [
      ("*.py", ".", ["a.py", "b.py"]),
      ("*/*.py", ".", ["src/c.py", "web/d.py"]),
      ("*.py", "src", ["src/c.py"]),
      ("web/*.py", ".", ["web/d.py"]),
      ("venv/x.py", ".", ["venv/x.py"]),
      (".hidden/x.py", ".", [".hidden/x.py"]),
      ("none/*.py", ".", []),
      ("*", ".", ["a.py", "b.py"]),
      ("src", ".", []),
    ])
  func files(pattern: String, folder: String, expected: [String]) throws {
    try withTemporaryFolder { source in
      for file in [
        "b.py", "a.py", "src/c.py", "web/d.py", "web/e.txt", "venv/x.py", ".hidden/x.py", "tests/x.py", "test_x.py",
      ] {
        try source.write(file)
      }
      let found = try SourceFolder(source.path).files(matching: pattern, within: folder, ignoring: ["venv"])
      #expect(found == expected)
    }
  }

  @Test("a name that is ignored at the top only is looked at below")
  func ignoredAtTop() throws {
    try withTemporaryFolder { source in
      try source.write(["dist/app.py": "", "web/dist/app.py": "", "web/app.py": ""])
      let folder = try SourceFolder(source.path)
      #expect(folder.files(matching: "*/app.py", ignoring: ["/dist"]) == ["web/app.py"])
      #expect(folder.files(matching: "*/*/app.py", ignoring: ["/dist"]) == ["web/dist/app.py"])
    }
  }

  @Test("manifests are the files and folders that are there, each once")
  func manifests() throws {
    try withTemporaryFolder { source in
      try source.write(["requirements.txt": "", "requirements-dev.txt": "", "requirements/base.txt": "", "a.py": ""])
      let found = try SourceFolder(source.path)
        .paths(named: ["*requirements*.txt", "requirements", "./requirements.txt", "pyproject.toml"])
      #expect(found == ["requirements-dev.txt", "requirements.txt", "requirements"])
    }
  }

  @Test("files and folders behind links that stay inside are as if they were there")
  func linksInside() throws {
    try withTemporaryFolder { source in
      try source.write("src/app.py", "app")
      try source.link("app.py", to: "src/app.py")
      try source.link("web", to: "./src/../src")
      try source.link("src/up", to: "..")
      let folder = try SourceFolder(source.path)
      #expect(folder.text(of: "app.py") == "app" && folder.text(of: "web/app.py") == "app")
      #expect(folder.text(of: "src/up/web/up/app.py") == "app")
      #expect(folder.isFolder("web") && folder.has("web/app.py") && !folder.has("web/none"))
      #expect(folder.files(matching: "*/app.py") == ["src/app.py", "web/app.py"])
      #expect(folder.source(in: "web")?.path == source("src"))
    }
  }

  static let waysOut = [
    "../secret/app.py", "/etc/passwd", "hop", "top/../secret/app.py", "round", "a/top/../../secret/app.py",
  ]

  @Test("nothing is read, listed or seen through a link that leads out of it", arguments: waysOut)
  func linksOutside(target: String) throws {
    try withTemporaryFolder { folder in
      try folder.write(["secret/app.py": "secret", "source/a/b": ""])
      try folder.link("source/top", to: ".")
      try folder.link("source/a/top", to: "..")
      try folder.link("source/hop", to: "../secret/app.py")
      try folder.link("source/round", to: "round")
      try folder.link("source/app.py", to: target)
      try folder.link("source/web", to: "../secret")
      let source = try SourceFolder(folder("source"))
      #expect(source.text(of: "app.py") == nil && source.text(of: "web/app.py") == nil)
      #expect(!source.has("app.py") && !source.has("web/app.py") && !source.isFolder("web"))
      #expect(source.files(matching: "*.py") == [] && source.files(matching: "*/app.py") == [])
      #expect(source.paths(named: ["app.py", "web"]) == [])
      #expect(source.source(in: "web") == nil && source.source(in: "..") == nil)
      #expect(throws: OrchestratorError.self) { try source.ensureNoLinkOutside(at: "web/app.py") }
    }
  }

  @Test("a link that leads out is refused in the words of the deployment")
  func refused() throws {
    try withTemporaryFolder { folder in
      try folder.write("source/a")
      try folder.link("source/Dockerfile", to: "hop")
      try folder.link("source/hop", to: "/etc/shadow")
      let source = try SourceFolder(folder("source"))
      let error = #expect(throws: OrchestratorError.self) { try source.ensureNoLinkOutside(at: "Dockerfile") }
      #expect(error?.code == .invalidInput)
      #expect(error?.message == "'hop' in the source is a link to '/etc/shadow', which leads out of it")
      #expect(error?.hint == "put what it leads to into the source, or name the link in .dockerignore")
    }
  }

  @Test("what is put in its place when it is open is not looked at, and does not count when it is opened again")
  func swapped() throws {
    try withTemporaryFolder { folder in
      try folder.write(["apps/shop/a.py": "own", "secret/shop/a.py": "secret"])
      let source = try SourceFolder(folder("apps/shop"))
      for (place, target) in [("apps/shop", "../secret/shop"), ("apps", "secret")] {
        try FileManager.default.moveItem(atPath: folder(place), toPath: folder("moved"))
        try folder.link(place, to: target)
        #expect(source.text(of: "a.py") == "own")
        let error = #expect(throws: OrchestratorError.self) { try SourceFolder(reopening: source.path) }
        #expect(error?.code == .notFound)
        try folder.remove(place)
        try FileManager.default.moveItem(atPath: folder("moved"), toPath: folder(place))
      }
      try #expect(SourceFolder(reopening: source.path).text(of: "a.py") == "own")
    }
  }

  @Test("a pipe, a folder or a link is no file that is opened, and none is waited for")
  func noFile() throws {
    try withTemporaryFolder { folder in
      try folder.write("folder/a")
      try folder.link("link", to: "folder/a")
      #expect(mkfifo(folder("pipe"), 0o600) == 0)
      let source = try SourceFolder(folder.path)
      for name in ["pipe", "folder", "link"] { try #expect(source.open([name]) == nil) }
      #expect(source.text(of: "pipe") == nil && source.files(matching: "pipe") == [])
    }
  }

  @Test("a manifest that links make endless is refused")
  func endless() throws {
    try withTemporaryFolder { source in
      try source.write(["requirements/base.txt": "", "requirements/deep/dev.txt": ""])
      let folder = try SourceFolder(source.path)
      try #expect(folder.files(at: "requirements") == ["requirements/base.txt", "requirements/deep/dev.txt"])
      for name in ["a", "b"] { try source.link("requirements/deep/\(name)", to: "..") }
      let error = #expect(throws: OrchestratorError.self) { try folder.files(at: "requirements") }
      #expect(error?.code == .invalidInput)
      #expect(error?.message.hasSuffix("is more than 10000 files and folders") == true)
    }
  }

  @Test(
    "a .dockerignore that would take long to look through is refused",
    arguments: [("folder/name\n", 100_000), ("*a*\n", 20_000), ("*a", 20_000)])
  func longIgnoreFile(text: String, count: Int) throws {
    try withTemporaryFolder { source in
      try source.write(".dockerignore", String(repeating: text, count: count))
      let error = #expect(throws: OrchestratorError.self) { try SourceFolder(source.path).dockerIgnore() }
      #expect(error?.code == .invalidInput)
      #expect(error?.message.hasPrefix("'.dockerignore' in the source is too long: at most 1.0 MB are read") == true)
      #expect(error?.hint == "name folders in the place of their files")
    }
  }
}
