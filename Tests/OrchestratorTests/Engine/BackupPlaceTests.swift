import Foundation
import Glibc
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("A backup where something else than a file is")
struct BackupPlaceTests {
  @Test("is neither written to nor read from what is no file, which could keep us waiting")
  func pipes() async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try #require(mkfifo(folder("pipe"), 0o600) == 0)
      let written = await #expect(throws: OrchestratorError.self) { try await world.engine.backUp(to: folder("pipe")) }
      #expect(written?.code == .conflict)
      let read = await #expect(throws: OrchestratorError.self) { try await world.restore(folder("pipe")) }
      #expect(read?.code == .invalidInput && read?.message.hasSuffix("is no file; nothing was changed") == true)
    }
  }

  @Test("takes the place of a state file in whose place something else is", arguments: [true, false])
  func instead(ofFolder isFolder: Bool) async throws {
    try await withTemporaryFolder { folder in
      let world = try FakeWorld(in: folder.path)
      try await world.deploy()
      try await world.engine.backUp(to: folder("kept.db"))
      let state = world.folder.database
      for suffix in ["", "-wal", "-shm"] { unlink(state + suffix) }
      let made = isFolder ? mkdir(state, 0o700) : mkfifo(state, 0o600)
      try #require(made == 0)
      let kept = try #require(try await world.restore(folder("kept.db")))
      #expect(FileManager.default.isThere(kept) && FileManager.default.isFile(state))
      try await #expect(Store(in: world.folder).appNames() == ["blog"])
    }
  }
}
