import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorSystem
@testable import SystemPackage

@Suite("Copying what an app's build made")
struct FolderCopyTests {
  private static let copy = FolderCopy(owner: nil)

  @Test("takes files with who may do what with them, folders, and links as they are")
  func whole() async throws {
    try await withTemporaryFolder { folder in
      try folder.write("a/run", "first")
      try folder.write("a/deep/er/file", "second")
      chmod(folder("a/run"), 0o6755)
      chmod(folder("a/deep/er"), 0o555)
      try folder.link("a/inside", to: "run")
      try folder.link("a/outside", to: "/etc/shadow")
      try folder.link("a/nowhere", to: "no/such")
      try folder.link("a/folder", to: "/etc")
      try await Self.copy.copy(folder("a"), to: folder("b"))
      #expect(try folder.text(of: "b/run") == "first" && folder.text(of: "b/deep/er/file") == "second")
      // Nothing of what makes a program run as its owner.
      #expect(permissions(of: folder("b/run")) == 0o755 && permissions(of: folder("b/deep/er")) == 0o555)
      let manager = FileManager.default
      let links = try ["inside", "outside", "nowhere", "folder"].map {
        try manager.destinationOfSymbolicLink(atPath: folder("b/\($0)"))
      }
      #expect(links == ["run", "/etc/shadow", "no/such", "/etc"])
      #expect(try manager.contentsOfDirectory(atPath: folder("b")).count == 6)
      for name in ["a", "b"] { chmod(folder("\(name)/deep/er"), 0o755) }
    }
  }

  @Test("leaves out pipes and sockets, and waits for none")
  func special() async throws {
    try await withTemporaryFolder { folder in
      try folder.write("a/file", "x")
      try #require(mkfifo(folder("a/pipe"), 0o600) == 0)
      try await Self.copy.copy(folder("a"), to: folder("b"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder("b")) == ["file"])
    }
  }

  @Test("takes names that are no text, and what links with such say")
  func bytes() async throws {
    try await withTemporaryFolder { folder in
      try folder.makeFolder("a")
      try #require(symlink(folder("a") + "/\u{1}", folder("a/link")) == 0)
      let name = Array(folder("a/").utf8CString.dropLast()) + [-1, -2, 0]
      let file = open(name, O_WRONLY | O_CREAT, 0o600)
      try #require(file >= 0)
      close(file)
      try await Self.copy.copy(folder("a"), to: folder("b"))
      let copied = Array(folder("b/").utf8CString.dropLast()) + [-1, -2, 0]
      #expect(access(copied, F_OK) == 0)
      unlink(copied)
      unlink(name)
    }
  }

  @Test(
    "refuses another user's file that got in by a hard link", .enabled(if: getuid() == 0, "only root has other users"))
  func hardLink() async throws {
    try await withTemporaryFolder { folder in
      try folder.write("secret", "of root")
      try folder.write("a/deep/own", "x")
      for name in ["a", "a/deep", "a/deep/own"] { chown(folder(name), 65534, 65534) }
      try #require(Glibc.link(folder("secret"), folder("a/deep/notes")) == 0)
      let failure = await #expect(throws: FolderCopy.Failure.self) {
        try await FolderCopy(owner: 65534).copy(folder("a"), to: folder("b"))
      }
      #expect(failure?.path == "deep/notes" && failure?.reason == .anothers)
      unlink(folder("a/deep/notes"))
      try FileManager.default.removeItem(atPath: folder("b"))
      try await FolderCopy(owner: 65534).copy(folder("a"), to: folder("b"))
      let owner = try FileManager.default.attributesOfItem(atPath: folder("b/deep/own"))[.ownerAccountID] as? Int
      #expect(owner == 0)
    }
  }

  @Test("copies a file once, whatever many names it has: no build makes more of it than there was")
  func names() async throws {
    try await withTemporaryFolder { folder in
      try folder.write("a/deep/first", Data(repeating: 1, count: 1 << 20))
      for number in 1...50 { try #require(Glibc.link(folder("a/deep/first"), folder("a/\(number)")) == 0) }
      try await Self.copy.copy(folder("a"), to: folder("b"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder("b")).count == 51)
      #expect(DiskSpace.used(by: folder("b")) < 2 << 20 && DiskSpace.used(by: folder("a")) < 2 << 20)
      #expect(try folder.text(of: "b/50") == folder.text(of: "a/50"))
    }
  }

  @Test("is in a folder that is its owner's alone, whatever the one was that is copied")
  func closed() async throws {
    try await withTemporaryFolder { folder in
      try folder.write("a/file", "x")
      chmod(folder("a"), 0o777)
      try await Self.copy.copy(folder("a"), to: folder("b"))
      #expect(permissions(of: folder("b")) == 0o700)
    }
  }

  @Test("reaches its source through a link on the way to it, and not through one in its place")
  func link() async throws {
    try await withTemporaryFolder { folder in
      try folder.write("real/source/file", "x")
      try folder.link("way", to: "real")
      try folder.link("real/other", to: "source")
      try await Self.copy.copy(folder("way/source"), to: folder("b"))
      #expect(try folder.text(of: "b/file") == "x")
      await #expect(throws: FolderCopy.Failure.self) { try await Self.copy.copy(folder("way/other"), to: folder("c")) }
    }
  }

  @Test("refuses folders that lie too deep in one another")
  func deep() async throws {
    try await withTemporaryFolder { folder in
      let most = Array(repeating: "d", count: FolderCopy.mostDepth).joined(separator: "/")
      try folder.makeFolder("a/\(most)")
      try await Self.copy.copy(folder("a"), to: folder("b"))
      try folder.makeFolder("a/\(most)/d")
      let failure = await #expect(throws: FolderCopy.Failure.self) {
        try await Self.copy.copy(folder("a"), to: folder("c"))
      }
      #expect(failure?.reason == .tooDeep)
    }
  }

  @Test("ends when its task is cancelled")
  func cancelled() async throws {
    try await withTemporaryFolder { folder in
      for number in 1...50 { try folder.write("a/\(number)", "x") }
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await Self.copy.copy(folder("a"), to: folder("b"))
      }
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }
}
