import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("Before a deployment would fill the disk")
struct DiskPreflightTests {
  @Test("it is refused, with what it takes, what is left, and what still serves; nothing was begun")
  func refused() async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      world.runtime.buildsTake(1 << 60)
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      #expect(error?.code == .diskFull)
      #expect(error?.rollback == nil)
      let message = try #require(error?.message)
      #expect(
        message.hasPrefix("deploying 'blog' would fill the disk of '\(world.folder.path)': it takes about 1152921 TB"))
      #expect(message.hasSuffix(" that are left 268 MB are kept free"))
      #expect(error?.hint?.hasSuffix("nothing was begun, and v1 still serves") == true)
      try await #expect(world.remains() == before)
      try await #expect(world.store.releases(of: .blog).count == 1)
    }
  }

  @Test("what is to be kept free counts, also for a first deployment")
  func reserved() async throws {
    try await withWorld { world in
      let engine = world.engine { $0.reservedDisk = 1 << 60 }
      let error = await #expect(throws: OrchestratorError.self) {
        try await engine.deploy(AppSpec(name: .blog, stack: "stub", source: world.source))
      }
      #expect(error?.code == .diskFull)
      #expect(error?.hint?.hasSuffix("nothing was begun") == true)
    }
  }

  @Test("what does not come along is not counted")
  func ignored() async throws {
    try await withTemporaryFolder { folder in
      try folder.write([
        "app.py": "12345", "deep/more.py": "678", ".git/pack": "a lot of history", "deep/.git/x": "y",
        "data/big.bin": "ignored by git", "notes.md": "ignored by docker", "state/state.db": "our own",
      ])
      var snapshot = try SourceSnapshot(of: SourceFolder(folder.path), ignoring: [], leavingOut: folder("state"))
      snapshot.ignoredPaths = ["data"]
      snapshot.dockerIgnore = DockerIgnore("*.md")
      #expect(await snapshot.size() == 8)
    }
  }

  @Test(
    "amounts are said as people say them",
    arguments: [
      (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (84_250_000, "84.2 MB"), (268_435_456, "268 MB"),
      (3_000_000_000, "3.0 GB"), (2_000_000_000_000_000, "2000 TB"),
    ])
  func amounts(bytes: Int, text: String) { #expect(bytes.bytes == text) }
}
