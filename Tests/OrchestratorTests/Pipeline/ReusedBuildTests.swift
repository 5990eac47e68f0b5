import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Deploying what was built for an earlier release")
struct ReusedBuildTests {
  @Test("builds nothing, needs no source, and runs from the same build under a number of its own")
  func reused() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.deploy(instances: 2)
      try FileManager.default.removeItem(atPath: world.source)
      let third = try await world.engine.redeploy(buildsOf: .v(1), of: .blog)
      #expect(third.number == .v(3) && third.components.map(\.image) == ["orchestrator/blog:v1"])
      // How many instances there are is the app's.
      #expect(third.components.map(\.instances) == [2])
      #expect(world.runtime.now.workloads.keys.sorted() == ["orchestrator-blog-v3", "orchestrator-blog-v3_2"])
      #expect(world.runtime.now.images == ["orchestrator/blog:v1", "orchestrator/blog:v2"])
      let plan = try #require(try await world.store.liveRelease(of: .blog)?.plan.components.first)
      #expect(plan.build.number == .v(1) && !plan.hasOwnBuild)
    }
  }

  @Test("a build goes with the last release that runs from it")
  func removed() async throws {
    try await withWorld { world in
      let engine = world.engine { $0.keepReleases = 2 }
      try await world.deploy()
      try await engine.redeploy(buildsOf: .v(1), of: .blog)
      try await engine.redeploy(buildsOf: .v(2), of: .blog)
      // v1 is forgotten.
      try await #expect(world.store.releases(of: .blog).map(\.plan.release) == [.v(3), .v(2)])
      #expect(world.runtime.now.images == ["orchestrator/blog:v1"])
      try await #expect(engine.reconcile().done.texts == [])
      #expect(world.runtime.now.images == ["orchestrator/blog:v1"])
      for number in 4...5 {
        try await engine.deploy(AppSpec(name: .blog, stack: "stub", source: world.source))
        #expect(world.runtime.now.images.contains("orchestrator/blog:v1") == (number == 4))
      }
      #expect(world.runtime.now.images == ["orchestrator/blog:v4", "orchestrator/blog:v5"])
    }
  }

  @Test(
    "a deployment that fails leaves the build to those that have it", arguments: [StepName.buildImage, .switchRoute])
  func failing(at step: StepName) async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      world.faults.plan(.failing, at: .running(step))
      await #expect(throws: OrchestratorError.self) { try await world.engine.redeploy(buildsOf: .v(1), of: .blog) }
      try await #expect(world.remains() == before)
    }
  }

  @Test("each component runs from its own")
  func components() async throws {
    try await withWorld { world in
      try await world.deployPair()
      let images = world.runtime.now.images
      let second = try await world.engine.redeploy(buildsOf: .v(1), of: .shop)
      #expect(second.components.compactMap(\.image).sorted() == images.sorted() && images.count == 2)
      try await world.engine.destroy(.shop)
      #expect(world.runtime.now.images == [])
    }
  }

  @Test("a release that is not there, never served or lost its build is refused, and what serves goes on")
  func refused() async throws {
    try await withWorld { world in
      try await world.deploy()
      world.faults.plan(.failing, at: .running(.startWorkload))
      await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      let before = try await world.remains()
      func refusal(of number: ReleaseNumber) async -> OrchestratorError? {
        await #expect(throws: OrchestratorError.self) { try await world.engine.redeploy(buildsOf: number, of: .blog) }
      }
      var error = await refusal(of: .v(9))
      #expect(error?.code == .notFound && error?.message == "there is no release v9 of 'blog' any more")
      error = await refusal(of: .v(2))
      #expect(error?.code == .conflict && error?.message.hasPrefix("v2 of 'blog' failed, or is being removed") == true)
      try await #expect(world.remains() == before)
      world.runtime.leave { $0.images = [] }
      error = await refusal(of: .v(1))
      #expect(error?.message == "what was built of 'blog' for v1 is not there any more")
      #expect(error?.hint == "deploy the app's source again: orchestrator deploy stub FOLDER --subdomain blog")
      #expect(world.answering() == "orchestrator-blog-v1")
    }
  }

  @Test("room is not made by forgetting the release whose build is to be used")
  func room() async throws {
    try await withWorld { world in
      for _ in 1...2 { try await world.deploy(instances: 3) }
      let engine = world.engine { $0.keepReleases = 1 }
      try await engine.redeploy(buildsOf: .v(1), of: .blog)
      #expect(world.answering() == "orchestrator-blog-v3")
    }
  }

  @Test("an app is destroyed with each build, also when several releases run from it")
  func destroyed() async throws {
    try await withWorld { world in
      try await world.deploy()
      // What served before cannot be stopped.
      world.faults.plan(.failing, at: .undoing(.startWorkload))
      try await world.engine.redeploy(buildsOf: .v(1), of: .blog)
      #expect(world.runtime.now.workloads.count == 2)
      try await #expect(world.engine.destroy(.blog) == [])
      #expect(world.runtime.now.workloads.isEmpty && world.runtime.now.images == [])
      #expect(world.runtime.now.imagesRemovedInUse == [])
    }
  }

  @Test("a plan from before builds had numbers of their own runs from the build of its own release")
  func older() throws {
    let plan = ComponentPlan.sample(.blog).numbered(.v(4), app: 1)
    let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
    #expect(!text.contains("builtFor"))
    #expect(plan.build.number == .v(4) && plan.hasOwnBuild)
    #expect(plan.image == "orchestrator/blog:v4" && plan.reusingBuild.numbered(.v(5), app: 1).image == plan.image)
    let later = plan.reusingBuild.numbered(.v(5), app: 1)
    let stored = try JSONDecoder().decode(ComponentPlan.self, from: JSONEncoder().encode(later))
    #expect(stored == later && stored.build == plan.build && !stored.hasOwnBuild)
  }
}
