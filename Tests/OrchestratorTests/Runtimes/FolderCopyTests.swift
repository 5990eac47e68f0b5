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
      try #require(link(folder("secret"), folder("a/deep/notes")) == 0)
      let failure = await #expect(throws: FolderCopy.Failure.self) {
        try await FolderCopy(owner: 65534).copy(folder("a"), to: folder("b"))
      }
      #expect(failure?.path == "deep/notes" && failure?.isAnothers == true)
      unlink(folder("a/deep/notes"))
      try FileManager.default.removeItem(atPath: folder("b"))
      try await FolderCopy(owner: 65534).copy(folder("a"), to: folder("b"))
      let owner = try FileManager.default.attributesOfItem(atPath: folder("b/deep/own"))[.ownerAccountID] as? Int
      #expect(owner == 0)
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
      #expect(failure?.code == .fileNameTooLong)
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
