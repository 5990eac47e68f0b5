import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Deploying an app again")
struct RetirementTests {
  @Test("retires the release before: its workload and its port are gone, its image stays")
  func retired() async throws {
    try await withWorld { world in
      try await world.deploy()
      let second = try await world.deploy()
      let remains = try await world.remains()
      #expect(Array(remains.workloads.keys) == ["orchestrator-blog-v2"])
      #expect(remains.ports == [second.port.map { Int($0.number) }])
      #expect(remains.images == ["orchestrator/blog:v1", "orchestrator/blog:v2"])
      let rows = try await world.store.releases(of: .blog)
      #expect(rows.map(\.state) == [.live, .retired])
      #expect(rows.map(\.port) == [second.port, nil])
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("stands beside the release before until it serves")
  func sideBySide() async throws {
    try await withWorld { world in
      let first = try await world.deploy()
      let second = try await world.deploy()
      #expect(first.port != second.port)
    }
  }

  @Test("keeps the images of the last releases, and removes those before", arguments: [2, 3])
  func oldImages(kept: Int) async throws {
    try await withWorld { world in
      for _ in 1...5 { try await world.engine(keeping: kept).deploy(world.spec) }
      #expect(world.runtime.now.images == Set((6 - kept...5).map { "orchestrator/blog:v\($0)" }))
    }
  }

  @Test("never removes the image of the release before, however many failed in between")
  func failuresInBetween() async throws {
    try await withWorld { world in
      let engine = world.engine(keeping: 2)
      try await engine.deploy(world.spec)
      for _ in 1...3 {
        _ = world.fail(at: .startWorkload)
        await #expect(throws: OrchestratorError.self) { try await engine.deploy(world.spec) }
      }
      try await engine.deploy(world.spec)
      #expect(world.runtime.now.images == ["orchestrator/blog:v1", "orchestrator/blog:v5"])
    }
  }

  @Test("succeeds when the release before cannot be stopped; the next deployment stops it")
  func unstoppable() async throws {
    try await withWorld { world in
      try await world.deploy()
      world.faults.plan(.failing, at: .undoing(.startWorkload))
      try await world.deploy()
      #expect(world.events.notes == ["what served before is not stopped yet: the test said so"])
      #expect(world.runtime.now.workloads.count == 2)
      try await world.deploy()
      #expect(Array(world.runtime.now.workloads.keys) == ["orchestrator-blog-v3"])
    }
  }
}

extension FakeWorld {
  fileprivate var spec: AppSpec { AppSpec(name: .blog, stack: "stub", source: source) }

  fileprivate func engine(keeping releases: Int) -> DeploymentEngine { engine { $0.keepReleases = releases } }
}
