import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("What a state never knew of")
struct StrangersTests {
  /// As where an older copy of the state file was put back by hand.
  private func leaveStrangers(in world: FakeWorld) throws {
    world.runtime.leave {
      $0.workloads["orchestrator-blog-v2"] = .number(15098)
      $0.workloads["orchestrator-new-v1"] = .number(15099)
      $0.images.insert("orchestrator/new:v1")
    }
    for path in ["blog/v2", "new/v1"] {
      try FileManager.default.createDirectory(
        atPath: "\(world.folder.allReleases)/\(path)", withIntermediateDirectories: true)
    }
  }

  @Test("is left alone by reconcile and prune, which tell of it")
  func leftAlone() async throws {
    try await withWorld { world in
      try await world.deploy()
      try leaveStrangers(in: world)
      let before = (world.runtime.now.workloads, world.runtime.now.images)
      for outcome in [
        try await world.engine.reconcile(dryRun: true).problems.texts,
        try await world.engine.reconcile().problems.texts,
        try await world.engine.prune().problems.texts,
      ] {
        #expect(outcome.count == 1)
        for name in [
          "the container orchestrator-blog-v2", "the container orchestrator-new-v1", "the image orchestrator/new:v1",
          "the folder \(world.folder.allReleases)/new", "the folder \(world.folder.allReleases)/blog/v2",
        ] {
          #expect(outcome.first?.contains(name) == true, "\(outcome)")
        }
        #expect(outcome.first?.contains("/new/v1") == false)
      }
      #expect(world.runtime.now.workloads == before.0 && world.runtime.now.images == before.1)
      #expect(FileManager.default.fileExists(atPath: world.folder.allReleases + "/blog/v2"))
    }
  }

  @Test("makes room for the next deploy, whose number is higher than any that is there")
  func nextDeploy() async throws {
    try await withWorld { world in
      try await world.deploy()
      try leaveStrangers(in: world)
      try await #expect(world.deploy().number == .v(3))
      let outcome = try await world.engine.reconcile()
      #expect(outcome.done.texts.contains("removed the container orchestrator-blog-v2, which belongs to no release"))
      #expect(world.answering() == "orchestrator-blog-v3")
    }
  }

  @Test("keeps an installation without an app from being begun anew: everything says that its state is lost")
  func remnants() async throws {
    try await withWorld { world in
      world.runtime.hasRemnants(["orchestrator-blog-v1"])
      for command in [
        { _ = try await world.deploy() }, { _ = try await world.engine.reconcile() },
        { _ = try await world.engine.prune() }, { try await world.engine.stopProxy() },
        { _ = try await world.engine.reloadProxy() }, { _ = try await world.engine.destroy(.blog) },
        { try await world.engine.backUp(to: world.folder.path + "/b.db") },
      ] as [@Sendable () async throws -> Void] {
        let error = await #expect(throws: OrchestratorError.self) { try await command() }
        #expect(error?.code == .stateLost)
        #expect(error?.message.hasPrefix("orchestrator-blog-v1 came from the state folder") == true)
        #expect(error?.hint?.contains("orchestrator restore FILE") == true)
      }
      try await #expect(world.engine.list().isEmpty)
      try await #expect(world.remains() == Remains())
    }
  }
}
