import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("Destroying an app")
struct DestroyTests {
  @Test("what keeps only an image does not keep an app from being destroyed; it is said to be left")
  func otherRuntimeGone() async throws {
    try await withWorld { world in
      let gone = FakeRuntime(faults: Faults(), folder: world.folder)
      let engine = world.engine(docker: gone)
      for runtime in [RuntimeName.docker, .process] {
        try await engine.deploy(AppSpec(name: .blog, stack: "stub", source: world.source, runtime: runtime))
      }
      gone.isUnavailable()
      try await #expect(engine.destroy(.blog).texts == ["v1: the test said so"])
      try await #expect(world.store.appNames() == [])
    }
  }

  @Test("removes everything of it, and nothing of another")
  func everything() async throws {
    try await withWorld { world in
      try await world.deploy(.shop)
      let before = try await world.remains()
      for _ in 1...2 { try await world.deploy(.blog) }
      try await world.engine.destroy(.blog)
      try await #expect(world.remains() == before)
      try await #expect(world.store.releases(of: .blog).isEmpty)
      #expect(!FileManager.default.fileExists(atPath: world.folder.releases(of: .blog)))
      #expect(world.runtime.now.removedWhileServing == [])
      try await #expect(world.engine.list().map(\.app) == [.shop])
    }
  }

  @Test("ends what runs as the app's own user, and says what it could not end; the app is gone all the same")
  func processes() async throws {
    try await withWorld { world in
      try await world.deploy(.shop)
      try await world.deploy(.blog)
      try await #expect(world.engine.destroy(.shop) == [])
      let us = try #require(ProcessEntry(id: ProcessIdentity.current.id))
      world.runtime.leaves([us], of: 2)
      try await #expect(
        world.engine.destroy(.blog).texts == ["the app's own user has processes that could not be ended: \([us].words)"]
      )
      try await #expect(world.store.appNames() == [])
    }
  }

  @Test("works for an app that never was live")
  func neverLive() async throws {
    try await withWorld { world in
      _ = world.fail(at: .buildImage)
      await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      try await world.engine.destroy(.blog)
      try await #expect(world.store.releases(of: .blog).isEmpty)
      #expect(!FileManager.default.fileExists(atPath: world.folder.releases(of: .blog)))
    }
  }

  @Test("is refused for an app that there is not, also the second time")
  func unknown() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.engine.destroy(.blog)
      let error = await #expect(throws: OrchestratorError.self) { try await world.engine.destroy(.blog) }
      #expect(error?.code == .notFound)
      #expect(error?.message == "there is no app 'blog'")
    }
  }

  @Test("can be done again when it failed half way")
  func halfWay() async throws {
    try await withWorld { world in
      try await world.deploy()
      world.faults.plan(.failing, at: .undoing(.buildImage))
      await #expect(throws: OrchestratorError.self) { try await world.engine.destroy(.blog) }
      try await world.engine.destroy(.blog)
      try await #expect(world.remains() == Remains())
    }
  }
}

@Suite("An app of another stack with the same name")
struct ConflictTests {
  @Test("is refused while the first serves, which it goes on doing")
  func refused() async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy(.blog, stack: "other") }
      #expect(error?.code == .conflict)
      #expect(error?.message == "the subdomain 'blog' is in use by an app of the stack 'stub', which still serves")
      #expect(error?.hint == "choose another subdomain, or destroy that app first: orchestrator destroy blog")
      try await #expect(world.remains() == before)
      try await #expect(world.store.releases(of: .blog).count == 1)
    }
  }

  @Test("is welcome when the first never served")
  func welcome() async throws {
    try await withWorld { world in
      _ = world.fail(at: .buildImage)
      await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      let release = try await world.deploy(.blog, stack: "other")
      #expect(release.url == "http://blog.localhost:13000")
    }
  }
}

extension FakeWorld {
  /// An engine whose containers are elsewhere.
  fileprivate func engine(docker: FakeRuntime) -> DeploymentEngine {
    DeploymentEngine(
      Installation(
        configuration: engine.configuration, loadedStacks: engine.installation.loadedStacks, store: store,
        runtimes: Runtimes { $0 == .docker ? docker : runtime }, proxy: proxy, probe: HealthProbe(transport: network),
        folder: folder))
  }
}
