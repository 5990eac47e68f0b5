import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("Copying a file that somebody else goes on writing")
struct OpenFileTests {
  /// Opens a file of 5 bytes, changes it, and gives what the copy came to.
  private func copying(_ change: (String) throws -> Void) async throws -> (isChanged: Bool, text: String) {
    try await withTemporaryFolder { folder in
      try folder.write("a", "first")
      let opened = try OpenFolder.named(folder.path).file("a")
      let file = try #require(opened)
      try change(folder("a"))
      let isChanged = try await file.copy(to: folder("b"))
      return (isChanged, try folder.text(of: "b"))
    }
  }

  @Test("has all of one that nobody touches")
  func whole() async throws { try await #expect(copying { _ in } == (false, "first")) }

  @Test("ends where it ends now when it was made shorter")
  func shorter() async throws { try await #expect(copying { truncate($0, 2) } == (true, "fi")) }

  @Test("ends where it ended when it grows, for ever perhaps")
  func longer() async throws {
    let copied = try await copying { path in
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(" and more".utf8))
    }
    #expect(copied == (true, "first"))
  }

  @Test("is of the old one when another took its name")
  func replaced() async throws {
    let copied = try await copying { try "other".write(toFile: $0, atomically: true, encoding: .utf8) }
    #expect(copied.text == "first")
  }

  @Test("ends between two pieces when it is interrupted")
  func interrupted() async throws {
    try await withTemporaryFolder { folder in
      try folder.write("a", Data(repeating: 1, count: 3 * OpenFile.pieceSize))
      let opened = try OpenFolder.named(folder.path).file("a")
      let file = try #require(opened)
      let task = Task {
        var pieces = 0
        await #expect(throws: CancellationError.self) {
          try await file.read { _ in
            pieces += 1
            withUnsafeCurrentTask { $0?.cancel() }
          }
        }
        await #expect(throws: CancellationError.self) { try await file.copy(to: folder("b")) }
        return pieces
      }
      #expect(await task.value == 1)
      try #expect(folder.text(of: "b").utf8.count == OpenFile.pieceSize)
    }
  }
}
