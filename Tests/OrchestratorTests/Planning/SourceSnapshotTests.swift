import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning

@Suite("The copy of an app's source")
struct SourceSnapshotTests {
  /// Copies what `write` puts into a folder, and gives both folders to `check`.
  private func copying(
    ignoring ignored: [String] = [], changing change: (inout SourceSnapshot) -> Void = { _ in },
    _ write: (TemporaryFolder) throws -> Void,
    check: (_ source: TemporaryFolder, _ copy: TemporaryFolder) throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let (source, copy) = (TemporaryFolder(path: folder("source")), TemporaryFolder(path: folder("copy")))
      try write(source)
      var snapshot = try SourceSnapshot(
        of: SourceFolder(source.path), ignoring: ignored, leavingOut: source("state"))
      change(&snapshot)
      let changed = try await snapshot.copy(to: copy.path)
      #expect(changed == [])
      try check(source, copy)
    }
  }

  @Test("has every file and folder, hidden and empty ones too")
  func everything() async throws {
    try await copying { source in
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
  func versionControl(name: String) async throws {
    try await copying { source in
      try source.write(["app.py": "", "\(name)/config": "", "vendor/\(name)": ""])
    } check: { _, copy in
      #expect(copy.has("app.py"))
      #expect(copy.has("vendor"))
      #expect(!copy.has(name))
      #expect(!copy.has("vendor/\(name)"))
    }
  }

  @Test("leaves out ignored names at any depth, and at the top only after a slash")
  func ignored() async throws {
    try await copying(ignoring: [".venv", "*.pyc", "/dist"]) { source in
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
  func stateFolder() async throws {
    try await copying { source in
      try source.write(["app.py": "", "state/store.db": "", "a/state/x": ""])
    } check: { _, copy in
      #expect(!copy.has("state"))
      #expect(copy.has("a/state/x"))
    }
  }

  @Test("has links as links, also those that lead nowhere")
  func links() async throws {
    let links = ["a/near": "a.txt", "a/up": "../a/a.txt", "nowhere": "gone", "round": "round", "top": "."]
    try await copying { source in
      try source.write("a/a.txt", "a")
      for (link, target) in links { try source.link(link, to: target) }
    } check: { _, copy in
      for (link, target) in links {
        try #expect(FileManager.default.destinationOfSymbolicLink(atPath: copy(link)) == target)
      }
      try #expect(copy.text(of: "a/up") == "a")
    }
  }

  @Test(
    "is refused when a link leads out of it, by whatever way",
    arguments: ["/etc", "../secret", "a/../../secret", "hop", "none/../../secret", "a/top/../../secret", "a/top/.."])
  func linkOutside(target: String) async throws {
    let error = await #expect(throws: OrchestratorError.self) {
      try await copying { source in
        try source.write("a/a.txt")
        try source.link("a/top", to: "..")
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
  func paths() async throws {
    try await copying(changing: { snapshot in
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
  func pipes() async throws {
    try await copying { source in
      try source.write("app.py")
      #expect(mkfifo(source("pipe"), 0o600) == 0)
    } check: { source, copy in
      #expect(source.has("pipe"))
      #expect(copy.has("app.py"))
      #expect(!copy.has("pipe"))
    }
  }

  @Test("keeps what may be run")
  func permissions() async throws {
    try await copying { source in
      let file = try source.write("bin/start")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    } check: { _, copy in
      #expect(OrchestratorTests.permissions(of: copy("bin/start")) == 0o755)
    }
  }

  @Test("gives no file the right to run as its owner")
  func setUser() async throws {
    try await copying { source in
      let file = try source.write("bin/start")
      #expect(chmod(file, 0o6755) == 0)
    } check: { _, copy in
      #expect(OrchestratorTests.permissions(of: copy("bin/start")) == 0o755)
    }
  }

  @Test("keeps when a file was changed last, and the holes in it")
  func times() async throws {
    try await copying { source in
      let file = try source.write("a", "begin")
      #expect(truncate(file, 1 << 30) == 0)
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: file)
    } check: { _, copy in
      let found = try OpenFolder.named(copy.path).facts(of: "a")
      let facts = try #require(found)
      #expect(facts.modified.tv_sec == 1000 && facts.size == 1 << 30)
      var stored = stat()
      // The piece with the beginning is stored, and nothing of the rest.
      #expect(stat(copy("a"), &stored) == 0 && stored.st_blocks < 4096)
    }
  }

  @Test(
    "leaves out the links of installed packages that lead out of it",
    arguments: ["env/pyvenv.cfg", "web/node_modules/a/package.json"])
  func installed(file: String) async throws {
    let link = file.parentFolder + "/bin/python"
    try await copying { source in
      try source.write(file)
      try source.makeFolder(link.parentFolder)
      try source.link(link, to: "/usr/bin/python3")
      try source.link(file.parentFolder + "/lib64", to: "bin")
    } check: { source, copy in
      #expect(source.has(link) && !copy.has(link))
      #expect(copy.has(file) && copy.has(file.parentFolder + "/lib64"))
    }
  }

  @Test(
    "leaves out a link that leads out of it and that .dockerignore names, also where Docker heeds the rest of it itself"
  )
  func linkLeftOut() async throws {
    for heeds in [true, false] {
      try await copying(changing: { snapshot in
        snapshot.dockerIgnore = DockerIgnore("secret\ndata\n")
        snapshot.heedsDockerIgnore = heeds
      }) { source in
        try source.write(["a": "", "data/a": ""])
        for link in ["secret", "data/secret"] { try source.link(link, to: "/etc/shadow") }
      } check: { _, copy in
        #expect(!copy.has("secret") && !copy.has("data/secret"))
        #expect(copy.has("data/a") == !heeds)
      }
    }
  }

  @Test("what is not its author's is refused, when it got there by a further name")
  func hardLink() {
    var facts = stat()
    (facts.st_mode, facts.st_nlink, facts.st_uid) = (S_IFREG | 0o640, 2, 0)
    #expect(FileFacts(facts).isAnothers(than: 1000))
    #expect(!FileFacts(facts).isAnothers(than: 0))
    for change in [{ $0.st_mode |= 0o004 }, { $0.st_nlink = 1 }, { $0.st_uid = 1000 }] as [(inout stat) -> Void] {
      var other = facts
      change(&other)
      #expect(!FileFacts(other).isAnothers(than: 1000))
    }
  }

  @Test(
    "says what cannot be copied, and why",
    arguments: [
      (Errno.permissionDenied, OrchestratorError.Code.invalidInput), (.noSpace, .diskFull),
      (.tooManySymbolicLinkLevels, .invalidInput),
    ])
  func failures(code: Errno, expected: OrchestratorError.Code) async {
    let error = await #expect(throws: SourceFailure.self) { try await SourceFailure.naming("a/b") { throw code } }
    let explained = error?.explained
    #expect(explained?.code == expected)
    guard expected == .invalidInput else { return }
    #expect(explained?.message.contains("'a/b'") == true)
    #expect(explained?.hint == "check that every file can be read, and that nothing changes the folder meanwhile")
  }
}
