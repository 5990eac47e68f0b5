import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorStore

@Suite("An app of several components")
struct ComponentsTests {
  static let components = [ComponentName.api, .web]

  @Test("is one release: its components go live together, each on a port of its own")
  func live() async throws {
    try await withWorld { world in
      let release = try await world.deployPair()
      #expect(release.number == .v(1) && release.stack.description == "pair")
      #expect(release.components.map(\.name) == Self.components)
      #expect(release.url == "http://shop.localhost:12000")
      let remains = try await world.remains()
      #expect(remains.images == ["orchestrator/shop:v1.api", "orchestrator/shop:v1.web"])
      #expect(remains.workloads.keys.sorted() == ["orchestrator-shop-v1.api", "orchestrator-shop-v1.web"])
      #expect(remains.routesInForce.map(\.role) == [.backend, .frontend])
      #expect(remains.routesInForce.map(\.internalPort) == release.components.flatMap(\.ports))
      #expect(remains.routesInForce.map(\.paths) == [["/api"], []])
      #expect(remains.routesInForce.allSatisfy { $0.publicPort == .number(12000) })
      #expect(world.proxy.generations == 1)
    }
  }

  @Test("no component takes traffic before all of them are healthy")
  func together() async throws {
    try await withWorld { world in
      try await world.deployPair()
      let names = world.events.all.compactMap { event -> StepName? in
        if case .stepFinished(let step, _, _) = event { step.name } else { nil }
      }
      #expect(
        names == [
          .reservePort, .reservePort, .buildImage, .buildImage, .startWorkload, .startWorkload, .awaitHealthy,
          .awaitHealthy, .switchRoute,
        ])
    }
  }

  @Test("its components are built side by side")
  func sideBySide() async throws {
    try await withWorld { world in
      world.faults.plan(.hanging, at: .running(.buildImage), of: .api)
      let deployment = Task { try await world.deployPair() }
      await world.faults.untilSomethingHangs()
      // The other one gets on although this one hangs.
      await world.events.untilSeen { event in
        if case .stepFinished(let step, _, _) = event { step == DeploymentStep(.buildImage, of: .web) } else { false }
      }
      deployment.cancel()
      _ = await deployment.result
      try await #expect(world.remains() == Remains())
    }
  }

  static let failures = [StepName.buildImage, .startWorkload, .awaitHealthy].flatMap { step in
    components.map { (step, $0) }
  }

  @Test("when one half fails at any step both are undone, and the release that served goes on", arguments: failures)
  func failure(step: StepName, component: ComponentName) async throws {
    try await withWorld { world in
      try await world.deployPair()
      let before = try await world.remains()
      world.faults.plan(.failing, at: .running(step), of: component)
      let error = await #expect(throws: OrchestratorError.self) { try await world.deployPair() }
      #expect(error?.message == "the test said so")
      #expect(error?.rollback?.leftBehind == [])
      #expect(error?.rollback?.stillServing == .v(1))
      #expect(error?.rollback?.undone.contains("reserve port (web)") == true)
      #expect(error?.rollback?.undone.contains("reserve port (api)") == true)
      try await #expect(world.remains() == before)
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("one that ends while another is not healthy yet gets no traffic")
  func endsMeanwhile() async throws {
    try await withWorld { world in
      // Each is asked for its state once for every request and once at its end; what comes then is the look back at both.
      world.network.answers { [runtime = world.runtime] call in
        if call.path == "/up" { return HTTPResponse(200) }
        // When the pages are asked, the other half is healthy, and ends.
        runtime.leave { contents in contents.workloads["orchestrator-shop-v1.api"] = nil }
        return HTTPResponse(200)
      }
      let error = await #expect(throws: OrchestratorError.self) { try await world.deployPair(healthPath: "/up") }
      #expect(error?.message == "the workload of the api of 'shop' was removed while it was starting")
      #expect(world.proxy.generations == 0)
      try await #expect(world.remains() == Remains())
    }
  }

  @Test("the error says which half ended, and with what last words")
  func whichHalf() async throws {
    try await withWorld { world in
      world.runtime.workloadsAre(WorkloadState(phase: .exited, exitCode: 3), printing: ["no database"])
      let error = await #expect(throws: OrchestratorError.self) { try await world.deployPair() }
      let halves = ["the api of 'shop' ended", "the web of 'shop' ended"]
      #expect(
        halves.contains { error?.message.hasPrefix("\($0) at its start with status 3") == true },
        "\(error?.message ?? "")")
      #expect(error?.message.contains("no database") == true)
    }
  }

  @Test("a redeployment retires both, and frees both ports")
  func redeployment() async throws {
    try await withWorld { world in
      try await world.deployPair()
      let second = try await world.deployPair()
      let remains = try await world.remains()
      #expect(remains.workloads.keys.sorted() == ["orchestrator-shop-v2.api", "orchestrator-shop-v2.web"])
      #expect(remains.ports == second.components.flatMap(\.ports).map { Int($0.number) }.sorted())
      #expect(world.runtime.now.removedWhileServing == [])
    }
  }

  @Test("what an interrupted deployment left of both is undone by the next one")
  func recovery() async throws {
    try await withWorld { world in
      let plan = try await world.engine.installation.plan(for: AppSpec(name: .shop, stack: "pair", source: world.pair))
      let left = try await world.store.addRelease(plan)
      for component in left.components {
        let port = try await world.store.reservePort(for: component.workload(1)).port
        world.runtime.leave {
          $0.images.insert(component.image)
          $0.workloads[component.name] = port
        }
      }
      let second = try await world.deployPair()
      #expect(world.events.notes == ["recovered: shop v1 was interrupted; undone"])
      let remains = try await world.remains()
      #expect(remains.workloads.keys.sorted() == ["orchestrator-shop-v2.api", "orchestrator-shop-v2.web"])
      #expect(remains.ports.count == 2 && second.number == .v(2))
    }
  }

  @Test("is destroyed with all that it consists of")
  func destroyed() async throws {
    try await withWorld { world in
      try await world.deployPair()
      try await world.engine.destroy(.shop)
      try await #expect(world.remains() == Remains())
    }
  }

  @Test("its status tells how each component is, and its own is the worst of them")
  func status() async throws {
    try await withWorld { world in
      try await world.deployPair()
      world.runtime.leave { $0.workloads["orchestrator-shop-v1.web"] = nil }
      let status = try await world.engine.status(of: .shop)
      #expect(status.components.map(\.state) == [.running, .missing])
      #expect(status.components.map(\.stack.description) == ["stub", "pages"])
      #expect(status.state == .missing)
      try await #expect(world.engine.reconcile().done.texts == ["shop v1 web: it was started again"])
    }
  }

  @Test("its log says whose each line is, and can be asked for by component")
  func logs() async throws {
    try await withWorld { world in
      try await world.deployPair()
      var request = LogRequest()
      var lines: [String] = []
      for try await line in try await world.engine.logs(of: .shop, request) { lines.append(line) }
      #expect(lines == ["api | hello from the app", "web | hello from the app"])
      request.component = .web
      request.source = .build
      lines = []
      for try await line in try await world.engine.logs(of: .shop, request) { lines.append(line) }
      #expect(lines == ["built orchestrator/shop:v1.web"])
      request.component = sure(try ComponentName("worker"))
      let error = await #expect(throws: OrchestratorError.self) { try await world.engine.logs(of: .shop, request) }
      #expect(error?.message == "'shop' has no component 'worker'")
      #expect(error?.hint == "its components are api, web")
    }
  }

  @Test("a health path that is asked for is its backend's, and the pages keep their own")
  func healthPath() async throws {
    try await withWorld { world in
      try await world.deployPair(healthPath: "/up")
      #expect(Set(world.network.calls.map(\.path)) == ["/", "/up"])
    }
  }

  @Test("a component that serves does not go away without a word")
  func lost() async throws {
    try await withWorld { world in
      try await world.deployPair()
      let before = try await world.remains()
      let plan = try await world.engine.installation.plan(for: AppSpec(name: .shop, stack: "pair", source: world.pair))
      let half = DeploymentPlan(
        stack: plan.stack, descriptorDigest: "", sourceFolder: plan.sourceFolder, first: plan.components[0])
      let deployment = Deployment(
        installation: world.engine.installation, origin: .source(half), instances: nil, report: { _ in })
      let error = await #expect(throws: OrchestratorError.self) { try await deployment.run(waiting: .zero) }
      #expect(error?.code == .conflict)
      #expect(error?.message.hasPrefix("this would take the web of 'shop' away, which v1 still serves") == true)
      try await #expect(world.remains() == before)
    }
  }

  @Test("an app does not turn from one stack into another")
  func otherStack() async throws {
    try await withWorld { world in
      try await world.deployPair(.blog)
      let error = await #expect(throws: OrchestratorError.self) { try await world.deploy(.blog) }
      #expect(error?.code == .conflict)
      #expect(error?.message.contains("in use by an app of the stack 'pair'") == true)
    }
  }
}
