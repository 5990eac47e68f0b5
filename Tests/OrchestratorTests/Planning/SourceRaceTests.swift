import Foundation
import Glibc
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@_silgen_name("renameat2") private func renameat2(
  _: Int32, _: UnsafePointer<CChar>, _: Int32, _: UnsafePointer<CChar>, _: UInt32
) -> Int32

/// `RENAME_EXCHANGE` (rename(2)): both names are there at every moment, each for one of the two.
private let exchange: UInt32 = 2

@Suite("A source whose author plays tricks while it is copied")
struct SourceRaceTests {
  @Test("never has what is exchanged for a file or a folder meanwhile", arguments: [("a.txt", "link"), ("b", "links")])
  func exchanged(own: String, other: String) async throws {
    try await withTemporaryFolder { folder in
      try folder.write(["secret/c.txt": "secret", "source/a.txt": "own", "source/b/c.txt": "own", "elsewhere/x": ""])
      try folder.link("elsewhere/link", to: folder("secret/c.txt"))
      try folder.link("elsewhere/links", to: folder("secret"))
      let isOver = Atomic(false)
      let exchanging = Thread {
        while !isOver.load(ordering: .relaxed) {
          _ = renameat2(AT_FDCWD, folder("source/\(own)"), AT_FDCWD, folder("elsewhere/\(other)"), exchange)
        }
      }
      exchanging.start()
      defer { isOver.store(true, ordering: .relaxed) }
      let snapshot = SourceSnapshot(of: try SourceFolder(folder("source")), ignoring: [], leavingOut: "/none")
      for attempt in 1...200 {
        let copy = TemporaryFolder(path: folder("copies/\(attempt)"))
        // What is refused is removed as it is.
        guard (try? await snapshot.copy(to: copy.path)) != nil else { continue }
        for file in ["a.txt", "b/c.txt"] { #expect((try? copy.text(of: file)) != "secret") }
      }
    }
  }
}
