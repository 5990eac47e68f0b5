import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning
@testable import OrchestratorSystem

@Suite("What git ignores")
struct GitIgnoreTests {
  private let commands = ChildProcessRunner()

  private func ask(_ folder: TemporaryFolder) async throws -> GitIgnore {
    try await .of(SourceFolder(folder.path), commands: commands)
  }

  private func git(_ words: String..., in folder: TemporaryFolder) async throws {
    let status = try await commands.run(Command("git", ["-C", folder.path] + words)) { _ in }
    try #require(status == 0)
  }

  @Test("is what git says: by its files at any depth, whole folders by their name")
  func asked() async throws {
    try await withTemporaryFolder { folder in
      try await git("init", "--quiet", in: folder)
      try folder.write([
        ".gitignore": ".env\nbuild/\n", "web/.gitignore": "*.map\n", ".env": "", "build/a": "", "web/a.map": "",
        "web/a.js": "", "name with ü.txt": "",
      ])
      try folder.write(".git/info/exclude", "*.txt\n")
      try await #expect(ask(folder) == GitIgnore(paths: [".env", "build", "web/a.map", "name with ü.txt"]))
    }
  }

  @Test("is nothing where git has no say")
  func noGit() async throws {
    try await withTemporaryFolder { folder in
      try folder.write([".gitignore": "*.py", "app.py": ""])
      try await #expect(ask(folder) == GitIgnore())
    }
  }

  @Test("does not include what git keeps although a pattern names it")
  func tracked() async throws {
    try await withTemporaryFolder { folder in
      try await git("init", "--quiet", in: folder)
      try folder.write([".gitignore": "*.log", "kept.log": ""])
      try await git("add", "--force", "kept.log", in: folder)
      try await #expect(ask(folder).paths == [])
    }
  }

  @Test("is asked of a folder inside what git keeps, by paths from that folder")
  func inside() async throws {
    try await withTemporaryFolder { folder in
      try await git("init", "--quiet", in: folder)
      try folder.write([".gitignore": "secret", "apps/shop/secret": "", "apps/shop/app.py": ""])
      try await #expect(ask(TemporaryFolder(path: folder("apps/shop"))).paths == ["secret"])
    }
  }

  @Test("runs nothing that the source's own settings name")
  func hostile() async throws {
    try await withTemporaryFolder { folder in
      try await git("init", "--quiet", in: folder)
      let trap = try folder.write("trap", "#!/bin/sh\ntouch \(folder("sprung"))\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: trap)
      try await git("config", "core.fsmonitor", trap, in: folder)
      try folder.write([".gitignore": "a", "a": ""])
      try await #expect(ask(folder).paths == ["a"])
      #expect(!folder.has("sprung"))
    }
  }

  @Test("is unknown when git cannot tell; then all comes along, and that is said")
  func broken() async throws {
    try await withTemporaryFolder { folder in
      try folder.write([".git": "gitdir: nowhere", "a": ""])
      let found = try await ask(folder)
      #expect(found.paths == [])
      #expect(found.problem?.hasPrefix("git does not tell what it ignores, so all of it comes along: fatal: ") == true)
    }
  }

  @Test("is unknown when git does not answer, as something keeps it waiting for ever")
  func waiting() async throws {
    try await withTemporaryFolder { folder in
      try await git("init", "--quiet", in: folder)
      try folder.write("a")
      #expect(mkfifo(folder(".gitignore"), 0o600) == 0)
      let found = try await GitIgnore.of(SourceFolder(folder.path), commands: commands, clock: PatientClock())
      #expect(found.paths == [])
      #expect(found.problem?.hasSuffix("all of it comes along: it has not answered within 10.0s") == true)
    }
  }

  @Test("is not waited for when the deployment is interrupted")
  func interrupted() async throws {
    try await withTemporaryFolder { folder in
      try await git("init", "--quiet", in: folder)
      #expect(mkfifo(folder(".gitignore"), 0o600) == 0)
      let asking = Task { try await ask(folder) }
      asking.cancel()
      await #expect(throws: CancellationError.self) { try await asking.value }
    }
  }
}
