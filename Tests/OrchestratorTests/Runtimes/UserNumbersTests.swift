import Foundation
import Subprocess
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes

@Suite("Numbers of users that something has")
struct UserNumbersTests {
  @Test(
    "are those of the ranges that users may give away",
    arguments: [
      ("ann:100000:65536\nbob:165536:65536\n", [100_000...165_535, 165_536...231_071]),
      ("1000:300000:1", [300_000...300_000]), ("# none\n\nann:100000:0\nann:x:5\nann:5\n", []),
      ("ann:4294967000:65536", [4_294_967_000...4_294_967_295]),
    ] as [(String, [ClosedRange<UInt32>])])
  func ranges(text: String, expected: [ClosedRange<UInt32>]) { #expect(UserNumbers.ranges(in: text) == expected) }

  @Test("are those of ranges, of processes and files, and of accounts; all others are free")
  func have() {
    let numbers = UserNumbers(used: [41_000], subordinate: [100_000...165_535])
    let taken: [UInt32] = [41_000, 100_000, 165_535, 0, 65_534]
    #expect(taken.allSatisfy(numbers.have))
    #expect(!numbers.have(41_001) && !numbers.have(165_536))
  }

  @Test(
    "are those of this process, and of what lies in the state",
    .enabled(if: geteuid() == 0, "only root can give files away"))
  func machine() throws {
    try withTemporaryFolder { folder in
      for (index, path) in [
        "releases/shop/v1/app/source", "releases/shop/v1/web/app/home", "dependencies/shop/ab/source",
      ].enumerated() {
        try FileManager.default.createDirectory(atPath: folder(path), withIntermediateDirectories: true)
        chown(folder(path), uid_t(41_001 + index), uid_t(41_001 + index))
      }
      let numbers = UserNumbers(of: StateFolder(folder.path))
      #expect([41_001, 41_002, 41_003, geteuid()].allSatisfy(numbers.have))
      #expect(!numbers.have(41_004))
    }
  }
}
