import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

@Suite("A public port that another program has")
struct PublicPortTests {
  @Test("is an error that names the program, when the app that is deployed needs the port")
  func needed() async throws {
    try await withProxy { world in
      let listener = Listener(on: world.ports[0])
      try await world.route("blog", to: 15000)
      let error = await #expect(throws: OrchestratorError.self) { try await world.apply() }
      withExtendedLifetime(listener) {}
      #expect(error?.code == .publicPortTaken)
      #expect(error?.message == "public port \(world.ports[0]) of 'one' is in use by \(ThisProcess.description)")
      #expect(world.host.now.calls == [])
    }
  }

  @Test("is a note, when no app needs it; the other ports are served")
  func notNeeded() async throws {
    try await withProxy { world in
      let listener = Listener(on: world.ports[1])
      try await world.route("blog", to: 15000)
      let change = try await world.apply()
      withExtendedLifetime(listener) {}
      let note = "public port \(world.ports[1]) of 'two' is in use by \(ThisProcess.description); no app needs it yet"
      #expect(change.notes.texts == [note])
      #expect(world.folder.current()?.publicPorts == [world.ports[0]])
    }
  }

  @Test("is a note, when other apps need it: they cannot be reached, and no one else is harmed")
  func neededByOthers() async throws {
    try await withProxy { world in
      let listener = Listener(on: world.ports[1])
      try await world.route("blog", to: 15000)
      try await world.route("shop", to: 16000, on: world.ports[1])
      let change = try await world.apply()
      withExtendedLifetime(listener) {}
      #expect(change.problems.texts.map { $0.hasSuffix("; its apps cannot be reached") } == [true])
      #expect(world.folder.current()?.publicPorts == [world.ports[0]])
    }
  }

  @Test("is listened on as soon as it is free")
  func freed() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      var listener: Listener? = Listener(on: world.ports[1])
      try await world.apply()
      withExtendedLifetime(listener) {}
      listener = nil
      try await #expect(world.apply() == ProxyChange(generation: 2))
      #expect(world.folder.current()?.publicPorts == world.ports.sorted())
    }
  }

  @Test("is refused before anything is built for an app of its stack")
  func beforehand() async throws {
    try await withProxy { world in
      let listener = Listener(on: world.ports[0])
      let error = await #expect(throws: OrchestratorError.self) {
        try await world.proxy.checkPublicPort(of: .sample(stack: .sample("one", publicPort: world.ports[0])))
      }
      withExtendedLifetime(listener) {}
      #expect(error?.code == .publicPortTaken)
      #expect(error?.hint?.contains("port offset") == true)
    }
  }

  @Test("is no trouble when it is nginx itself that listens")
  func ours() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let nginx = world.ports.map(Listener.init)
      let plan = DeploymentPlan.sample(stack: .sample("one", publicPort: world.ports[0]))
      try await world.proxy.checkPublicPort(of: plan)
      try await #expect(world.proxy.open(for: plan) == nil)
      try await #expect(world.apply() == ProxyChange(generation: 1))
      withExtendedLifetime(nginx) {}
    }
  }
}
