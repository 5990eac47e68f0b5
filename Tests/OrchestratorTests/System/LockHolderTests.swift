import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("Who holds a lock")
struct LockHolderTests {
  private static let table = """
    1: FLOCK  ADVISORY  WRITE 4711 fe:00:100 0 EOF
    1: -> FLOCK  ADVISORY  WRITE 4712 fe:00:100 0 EOF
    2: OFDLCK ADVISORY  READ -1 00:06:3 0 EOF
    3: POSIX  ADVISORY  WRITE 4713 fe:00:200 1073741824 1073742335
    4: FLOCK  ADVISORY  WRITE 4714 00:1f:100 0 EOF
    garbage
    """

  @Test(
    "is told by the system's table of locks; who only waits for it does not",
    arguments: [(100, [4711, 4714]), (200, [4713]), (1, [])] as [(UInt, [Int])])
  func holders(inode: UInt, expected: [Int]) {
    #expect(LockHolder.holders(of: inode, in: Self.table) == expected)
  }

  @Test("is this process while it does, and nobody before and after, whatever others say they are")
  func held() async throws {
    try await withTemporaryFolder { folder in
      let path = folder("lock")
      #expect(LockHolder.all(of: path) == [])
      try await FileLock.withLock(path, clock: .continuous) {
        #expect(LockHolder.all(of: path).map(\.id) == [ProcessIdentity.current.id])
      }
      #expect(LockHolder.all(of: path) == [])
    }
  }
}
