import Foundation
import Glibc
import Testing

@testable import Orchestrator

@Suite("The copy of an app's source")
struct SourceSnapshotTests {
  /// Copies what `write` puts into a folder, and gives both folders to `check`.
  private func copying(
    ignoring ignored: [String] = [], _ write: (TemporaryFolder) throws -> Void,
    check: (_ source: TemporaryFolder, _ copy: TemporaryFolder) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let (source, copy) = (TemporaryFolder(path: folder("source")), TemporaryFolder(path: folder("copy")))
      try write(source)
      let snapshot = try SourceSnapshot(
        of: SourceFolder(source.path), ignoring: ignored, leavingOut: source("state"))
      try snapshot.copy(to: copy.path)
      try check(source, copy)
    }
  }

  @Test("has every file and folder, hidden and empty ones too")
  func everything() throws {
    try copying { source in
      try source.write(["app.py": "a", "shop/web/b.py": "b", ".env": "c"])
      try source.makeFolder("empty")
    } check: { _, copy in
      try #expect(copy.text(of: "app.py") == "a")
      try #expect(copy.text(of: "shop/web/b.py") == "b")
      try #expect(copy.text(of: ".env") == "c")
      #expect(copy.has("empty"))
    }
  }

  @Test("has no version control, whatever is ignored", arguments: [".git", ".hg", ".svn"])
  func versionControl(name: String) throws {
    try copying { source in
      try source.write(["app.py": "", "\(name)/config": "", "vendor/\(name)": ""])
    } check: { _, copy in
      #expect(copy.has("app.py"))
      #expect(copy.has("vendor"))
      #expect(!copy.has(name))
      #expect(!copy.has("vendor/\(name)"))
    }
  }

  @Test("leaves out ignored names at any depth, and at the top only after a slash")
  func ignored() throws {
    try copying(ignoring: [".venv", "*.pyc", "/dist"]) { source in
      try source.write([
        ".venv/bin/python": "", "a/.venv/x": "", "a/b.pyc": "", "a/b.py": "", "dist/x": "", "a/dist/x": "",
        "my.venv": "",
      ])
    } check: { _, copy in
      #expect(!copy.has(".venv") && !copy.has("a/.venv") && !copy.has("a/b.pyc") && !copy.has("dist"))
      #expect(copy.has("a/b.py") && copy.has("a/dist/x") && copy.has("my.venv"))
    }
  }

  @Test("leaves out the state folder, if it lies in the source")
  func stateFolder() throws {
    try copying { source in
      try source.write(["app.py": "", "state/store.db": "", "a/state/x": ""])
    } check: { _, copy in
      #expect(!copy.has("state"))
      #expect(copy.has("a/state/x"))
    }
  }

  @Test("has links as links, even those that lead nowhere or outside")
  func links() throws {
    try copying { source in
      try source.write("a.txt", "a")
      try source.link("inside", to: "a.txt")
      try source.link("nowhere", to: "gone")
      try source.link("outside", to: "/etc")
    } check: { _, copy in
      for (link, target) in ["inside": "a.txt", "nowhere": "gone", "outside": "/etc"] {
        try #expect(FileManager.default.destinationOfSymbolicLink(atPath: copy(link)) == target)
      }
    }
  }

  @Test("has no pipes, which would be read for ever")
  func pipes() throws {
    try copying { source in
      try source.write("app.py")
      #expect(mkfifo(source("pipe"), 0o600) == 0)
    } check: { source, copy in
      #expect(source.has("pipe"))
      #expect(copy.has("app.py"))
      #expect(!copy.has("pipe"))
    }
  }

  @Test("keeps what may be run")
  func permissions() throws {
    try copying { source in
      let file = try source.write("bin/start")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    } check: { _, copy in
      #expect(OrchestratorTests.permissions(of: copy("bin/start")) == 0o755)
    }
  }
}
