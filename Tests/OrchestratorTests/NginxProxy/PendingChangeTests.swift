import Testing

@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStacks
@testable import OrchestratorStore

@Suite("What is to be brought into force")
struct PendingChangeTests {
  private static let wouldBe = "nginx would be brought to what the store says: "

  @Test("is nothing when all is in force, and what was not applied yet")
  func routes() async throws {
    try await withProxy { world in
      try await #expect(world.proxy.pendingChange() == nil)
      try await world.route("blog", to: 15000)
      try await #expect(world.proxy.pendingChange()?.text.hasPrefix(Self.wouldBe + "nginx does not run") == true)
      try await world.apply()
      try await #expect(world.proxy.pendingChange() == nil)
      try await world.route("shop", to: 15001)
      try await #expect(
        world.proxy.pendingChange()?.text.hasPrefix(Self.wouldBe + "the routes in force are not those") == true)
    }
  }

  @Test("is the public port of a stack that came since, or of one that went; looking changes nothing")
  func publicPort() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let port = TestPorts.one()
      let later = world.proxy(with: [.sample("one", publicPort: world.ports[0]), .sample("three", publicPort: port)])
      let asked = world.host.now.calls
      try await #expect(
        later.pendingChange()?.text == Self.wouldBe
          + "it does not listen on \(port) yet, where a stack is to be reached")
      #expect(world.host.now.calls == asked)
      _ = try await later.apply(.restore)
      try await #expect(later.pendingChange() == nil)
      let without = world.proxy(with: [.sample("one", publicPort: world.ports[0])])
      try await #expect(
        without.pendingChange()?.text == Self.wouldBe
          + "it listens on \(port), where no stack is to be reached any more")
      // Who is at an app brings it about.
      try await #expect(world.store.acquireLease(of: .blog, for: .deploy) == nil)
      try await #expect(without.pendingChange() == nil)
      try await world.store.releaseLease(of: .blog)
    }
  }

  @Test("is not that workers may go on for longer than any app needs by now, nor a reason to reload")
  func longerDrain() async throws {
    try await withProxy { world in
      var stack = StackDescriptor.sample("one", publicPort: world.ports[0])
      stack.stop.drain = .seconds(120)
      let plan = try await world.store.addRelease(.sample(.shop, stack: stack))
      try await world.route("blog", to: 15000)
      try await world.apply()
      #expect(world.folder.current()?.workerShutdownTimeout == .seconds(120))
      try await world.store.forget(plan.app)
      try await #expect(world.proxy.pendingChange() == nil)
      try await #expect(world.proxy.apply(.restore).generation == 1)
    }
  }

  @Test("is what other settings ask for")
  func settings() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      var proxy = world.proxy
      proxy.trust = ProxyTrust(proxies: [try AddressRange("10.0.0.0/8")])
      try await #expect(
        proxy.pendingChange()?.text
          == Self.wouldBe + "its configuration was made with other settings, or nginx was never seen to have taken it")
    }
  }
}

extension ProxyWorld {
  /// The same proxy, of an installation with these stacks.
  fileprivate func proxy(with stacks: [StackDescriptor]) -> NginxProxy {
    var registry = StackRegistry()
    for stack in stacks { registry.append(.single(stack)) }
    return NginxProxy(
      host: host, sites: proxy.sites, ports: PublicPorts { [registry] in registry.atPublicPorts }, folder: folder,
      transport: network,
      timeout: .milliseconds(30))
  }
}
