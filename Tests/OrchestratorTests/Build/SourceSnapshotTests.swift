import Foundation
import Glibc
import Testing

@testable import Orchestrator

@Suite("The copy of an app's source")
struct SourceSnapshotTests {
  /// Copies what `write` puts into a folder, and gives both folders to `check`.
  private func copying(
    ignoring ignored: [String] = [], changing change: (inout SourceSnapshot) -> Void = { _ in },
    _ write: (TemporaryFolder) throws -> Void,
    check: (_ source: TemporaryFolder, _ copy: TemporaryFolder) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let (source, copy) = (TemporaryFolder(path: folder("source")), TemporaryFolder(path: folder("copy")))
      try write(source)
      var snapshot = try SourceSnapshot(
        of: SourceFolder(source.path), ignoring: ignored, leavingOut: source("state"))
      change(&snapshot)
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

  @Test("has links that stay inside when others are refused")
  func linksInside() throws {
    try copying(changing: { $0.refusesLinksOutside = true }) { source in
      try source.write("a/a.txt", "a")
      try source.link("a/near", to: "a.txt")
      try source.link("a/up", to: "../a/a.txt")
      try source.link("nowhere", to: "gone")
      try source.link("top", to: ".")
    } check: { _, copy in
      for link in ["a/near", "a/up", "nowhere", "top"] { #expect(copy.has(link)) }
      try #expect(copy.text(of: "a/up") == "a")
    }
  }

  @Test(
    "is refused when a link leads out of it and that matters",
    arguments: ["/etc", "../secret", "a/../../secret", "hop"])
  func linkOutside(target: String) throws {
    let error = #expect(throws: OrchestratorError.self) {
      try copying(changing: { $0.refusesLinksOutside = true }) { source in
        try source.write("a/a.txt")
        try source.link("b-link", to: target)
        if target == "hop" { try source.link("hop", to: "/etc") }
      } check: { _, _ in
      }
    }
    #expect(error?.code == .invalidInput)
    #expect(error?.message.contains("in the source is a link to ") == true)
    #expect(error?.hint == "put what it leads to into the source, or name the link in .dockerignore")
  }

  @Test("leaves out single paths, and what .dockerignore names but for its exceptions")
  func paths() throws {
    try copying(changing: { snapshot in
      snapshot.ignoredPaths = [".env", "a/cache"]
      snapshot.dockerIgnore = DockerIgnore("docs\n!docs/keep\n")
    }) { source in
      try source.write([
        ".env": "", "a/.env": "", "a/cache/x": "", "docs/x": "", "docs/keep": "", "docs/deep/x": "", "a/docs/x": "",
      ])
    } check: { _, copy in
      #expect(!copy.has(".env") && !copy.has("a/cache") && !copy.has("docs/x") && !copy.has("docs/deep"))
      #expect(copy.has("a/.env") && copy.has("docs/keep") && copy.has("a/docs/x"))
    }
  }

  @Test("tells which paths are left out for no other reason")
  func leftOut() throws {
    try withTemporaryFolder { folder in
      try folder.write("a")
      let snapshot = try SourceSnapshot(of: SourceFolder(folder.path), ignoring: [".venv", "/dist"], leavingOut: "/x")
      #expect(snapshot.leftOutOnly(by: [".env", ".venv", "web/.venv/x", "dist", "web/dist"]) == [".env", "web/dist"])
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
