import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("The room that is kept for making room")
struct DiskReserveTests {
  @Test("is taken when a store is opened, once, for its owner alone, and really is on the disk")
  func kept() throws {
    try withTemporaryFolder { folder in
      let home = StateFolder(folder("home"))
      for _ in 1...2 { _ = try Store(in: home) }
      var facts = stat()
      #expect(stat(home.reserve.path, &facts) == 0)
      #expect(Int(facts.st_size) == DiskReserve.size && Int(facts.st_blocks) * 512 >= DiskReserve.size)
      #expect(permissions(of: home.reserve.path) == 0o600)
      // There is plenty.
      home.reserve.giveUpIfFull()
      #expect(FileManager.default.fileExists(atPath: home.reserve.path))
    }
  }

  @Test("that somebody was killed over while taking it is taken to its end")
  func half() throws {
    try withTemporaryFolder { folder in
      let home = StateFolder(folder("home"))
      try folder.write("home/reserve", "half")
      _ = try Store(in: home)
      let size = try FileManager.default.attributesOfItem(atPath: home.reserve.path)[.size] as? Int
      #expect(size == DiskReserve.size)
    }
  }
}
