import Foundation
import Testing

@testable import Orchestrator

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
}
