import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("How much of the disk a folder takes")
struct DiskSpaceTests {
  @Test("is what its files take, not the length that they claim, nor what their links lead to")
  func used() throws {
    try withTemporaryFolder { folder in
      try folder.write("folder/a/full", String(repeating: "x", count: 100_000))
      try folder.write("folder/b/stretched", "x")
      truncate(folder("folder/b/stretched"), 1 << 40)
      try folder.write("elsewhere", String(repeating: "x", count: 1_000_000))
      try folder.link("folder/link", to: "../elsewhere")
      #expect(100_000..<200_000 ~= DiskSpace.used(by: folder("folder")))
    }
  }
}
