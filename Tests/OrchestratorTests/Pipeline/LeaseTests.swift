import Foundation
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("One app at a time")
struct LeaseTests {
  @Test("a second deployment is refused; the error names the process, the release and the step")
  func busy() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.buildImage))
      let first = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy() }
      #expect(error?.code == .busy)
      let message = try #require(error?.message)
      #expect(message.hasPrefix("'blog' v1 is being deployed by process \(ProcessIdentity.current.id) since "))
      #expect(message.hasSuffix(", at 'build image'"))
      first.cancel()
      _ = await first.result
    }
  }

  @Test("one that waits is told for whom, and deploys when that one is done")
  func waiting() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.buildImage))
      let first = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      let second = Task { try await world.deploy(waiting: .seconds(60)) }
      await world.events.untilSeen { event in
        if case .note(let notice) = event {
          notice.text.hasPrefix("waiting: 'blog' v1 is being deployed by process")
        } else {
          false
        }
      }
      first.cancel()
      try await #expect(second.value.number == .v(2))
    }
  }

  @Test("one that has waited long enough is refused")
  func waitedLongEnough() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.buildImage))
      let first = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy(waiting: .milliseconds(150)) }
      #expect(error?.code == .busy)
      first.cancel()
      _ = await first.result
    }
  }

  @Test("nor is it destroyed meanwhile, and its status says what is under way")
  func underWay() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.startWorkload))
      let first = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      let error = await #expect(throws: OrchestratorError.self) { try await world.engine.destroy(.blog) }
      #expect(error?.code == .busy)
      let status = try await world.engine.status(of: .blog)
      #expect(status.state == .deploying)
      #expect(status.currentOperation == "deploy v1 start workload")
      let json = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
      #expect(json.contains(#""underWay":"deploy v1 start workload""#))
      first.cancel()
      _ = await first.result
    }
  }

  @Test("one that a task of this process gave back is free, also where it still stands in the store")
  func givenBack() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await #expect(world.store.acquireLease(of: .blog, for: .recover) == nil)
      // On a full disk that is all that can be done.
      HeldLeases.letGo("blog", of: world.folder.database)
      try await #expect(world.store.leases()["blog"]?.isOurs == true)
      try await #expect(world.store.activeLeases().isEmpty)
      try await #expect(world.store.unfinishedApps() == [.blog])
      try await #expect(world.deploy().number == .v(2))
      try await #expect(world.store.leases().isEmpty)
    }
  }

  @Test("one that was given back late takes nothing from the task that has it by then")
  func givenBackLate() async throws {
    try await withWorld { world in
      try await #expect(world.store.acquireLease(of: .blog, for: .recover) == nil)
      HeldLeases.letGo("blog", of: world.folder.database)
      try await #expect(world.store.acquireLease(of: .blog, for: .deploy) == nil)
      try await world.store.removeLease(of: .blog)
      try await #expect(world.store.activeLeases()["blog"]?.operation == .deploy)
      try await world.store.releaseLease(of: .blog)
      try await #expect(world.store.leases().isEmpty)
    }
  }

  @Test("a store of the same process in another folder knows nothing of it")
  func otherStore() async throws {
    try await withStore { one in
      try await withStore { other in
        try await #expect(one.acquireLease(of: .blog, for: .deploy) == nil)
        try await #expect(other.acquireLease(of: .blog, for: .deploy) == nil)
        try await #expect(one.acquireLease(of: .blog, for: .deploy)?.isOurs == true)
      }
    }
  }

  @Test("another app is deployed at the same time")
  func otherApp() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.buildImage))
      let first = Task { try await world.deploy(.blog) }
      await world.faults.untilSomethingHangs()
      try await #expect(world.deploy(.shop).state == .live)
      first.cancel()
      _ = await first.result
    }
  }
}

@Suite("After a deployment was killed")
struct RecoveryTests {
  private static let deadOwners = [
    // Beyond the largest process id that Linux gives.
    ProcessIdentity(id: 5_000_000, start: 1),
    // Our own id, but given to an earlier process.
    ProcessIdentity(id: ProcessIdentity.current.id, start: ProcessIdentity.current.start - 1),
  ]

  @Test("the next one takes its lease over and undoes what it had begun", arguments: deadOwners)
  func takenOver(owner: ProcessIdentity) async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.leaveHalfDeployed(owner: owner)
      let release = try await world.deploy()
      #expect(release.number == .v(3))
      #expect(world.events.notes == ["recovered: blog v2 was interrupted at 'switch route'; undone"])
      let remains = try await world.remains()
      #expect(remains.ports == [release.port.map { Int($0.number) }])
      #expect(Array(remains.workloads.keys) == ["orchestrator-blog-v3"])
      #expect(remains.images == ["orchestrator/blog:v1", "orchestrator/blog:v3"])
      #expect(remains.routesInForce.map(\.release) == [.v(3)])
      #expect(remains.leases == [])
      try await #expect(world.store.releases(of: .blog).map(\.state) == [.live, .failed, .retired])
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("whatever is asked for next undoes what it had begun, and says so", arguments: deadOwners)
  func anyCommand(owner: ProcessIdentity) async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      try await world.leaveHalfDeployed(owner: owner)
      await #expect(
        world.engine.recoverPending().texts == ["recovered: blog v2 was interrupted at 'switch route'; undone"])
      try await #expect(world.remains() == before)
      await #expect(world.engine.recoverPending().texts == [])
      try await #expect(world.engine.status(of: .blog).release == .v(1))
    }
  }

  @Test("what had only to be retired is retired by whatever is asked for next")
  func retiring() async throws {
    try await withWorld { world in
      try await world.deploy()
      world.faults.plan(.failing, at: .undoing(.startWorkload))
      try await world.deploy()
      await world.engine.recoverPending()
      #expect(Array(world.runtime.now.workloads.keys) == ["orchestrator-blog-v2"])
      try await #expect(world.store.releases(of: .blog).map(\.state) == [.live, .retired])
    }
  }

  @Test("what somebody is at who lives is left alone")
  func livingOwner() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.startWorkload))
      let first = Task { try await world.deploy() }
      await world.faults.untilSomethingHangs()
      await #expect(world.engine.recoverPending().texts == [])
      #expect(world.runtime.now.images == ["orchestrator/blog:v1"])
      first.cancel()
      _ = await first.result
    }
  }

  @Test("destroying the app removes what it had begun too")
  func destroyed() async throws {
    try await withWorld { world in
      try await world.leaveHalfDeployed(owner: Self.deadOwners[0])
      try await world.engine.destroy(.blog)
      try await #expect(world.remains() == Remains())
    }
  }
}

extension FakeWorld {
  /// Leaves what a deployment leaves that is killed after it has changed the route.
  fileprivate func leaveHalfDeployed(owner: ProcessIdentity) async throws {
    let plan = try await store.addRelease(plan())
    let port = try await store.reservePort(for: plan.onlyWorkload).port
    for step in StepName.allCases { try await store.note(.begun, DeploymentStep(step), of: plan.app, plan.release) }
    runtime.leave {
      $0.images.insert(plan.only.image)
      $0.workloads[plan.onlyWorkload.name] = port
    }
    try FileManager.default.createDirectory(
      atPath: folder.buildContext(plan.only), withIntermediateDirectories: true)
    try await store.setRoutes([plan.onlyWorkload.route(to: port)], of: plan.app)
    _ = try await proxy.apply(.restore)
    let lease = Lease(
      app: plan.app.description, operation: .deploy, release: plan.release.value, step: StepName.switchRoute.rawValue,
      processID: owner.id, processStart: owner.start, since: Date())
    try await store.write { try lease.insert($0) }
  }
}
