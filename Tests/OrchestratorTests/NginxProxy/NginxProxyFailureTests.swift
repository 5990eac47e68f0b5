import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorPlanning
@testable import OrchestratorStore

@Suite("When routes cannot be brought into force")
struct NginxProxyFailureTests {
  @Test("a candidate that nginx refuses leaves the current one, and nothing of itself")
  func refused() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      world.host.set { $0.objection = "unknown directive \"x\"\u{1B}[2J in nginx.conf:3" }
      try await world.route("blog", to: 15001)
      let error = await #expect(throws: OrchestratorError.self) { try await world.apply() }
      #expect(error?.code == .proxyFailed)
      #expect(error?.message.hasPrefix(#"nginx refuses the new configuration: unknown directive "x"\u{1B}[2J"#) == true)
      #expect(
        error?.hint
          == "the configuration before is still in force; if nothing on this machine is wrong, please report this")
      #expect(world.folder.current()?.generation == 1)
      #expect(world.generations == ["1"])
      #expect(!world.host.now.calls.contains("reload"))
    }
  }

  @Test("a first candidate that nginx refuses leaves no configuration at all")
  func firstRefused() async throws {
    try await withProxy { world in
      world.host.set { $0.objection = "no" }
      try await world.route("blog", to: 15000)
      let error = await #expect(throws: OrchestratorError.self) { try await world.apply() }
      #expect(world.folder.current() == nil)
      #expect(world.generations == [])
      #expect(!world.host.now.isRunning)
      #expect(error?.hint?.hasSuffix("orchestrator reconcile") == true)
    }
  }

  @Test("an nginx that cannot start is let try on with what was in force before, where somebody is served by it")
  func tryingOn() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      for (objection, isServed) in [("no", true), ("no", false)] {
        world.host.set { ($0.isRunning, $0.isTrying, $0.serving, $0.objection) = (false, true, nil, objection) }
        if !isServed { try await world.store.setRoutes([], of: .blog) }
        await #expect(throws: OrchestratorError.self) { try await world.apply() }
        #expect(world.folder.current()?.generation == 1)
        #expect(world.host.now.isRunning == isServed)
        #expect(!world.host.now.isTrying)
      }
    }
  }

  @Test("one that takes all public ports leaves what is in force, and no nginx that nobody could ask")
  func noPort() async throws {
    try await withProxy { world in
      let listeners = world.ports.map { Listener(on: $0) }
      try await world.route("blog", to: 15000)
      let error = await #expect(throws: OrchestratorError.self) { try await world.proxy.apply(.restore) }
      withExtendedLifetime(listeners) {}
      #expect(error?.code == .publicPortTaken)
      #expect(error?.hint?.contains("port offset") == true)
      #expect(world.folder.current() == nil)
    }
  }

  @Test("a generation that does not come up gives way to the one before")
  func stuck() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      world.host.set { $0.stuckAt = [2] }
      try await world.route("blog", to: 15001)
      let error = await #expect(throws: OrchestratorError.self) { try await world.apply() }
      #expect(error?.message == "nginx does not serve generation 2 after 0.0s\n  | [emerg] the last words")
      #expect(world.folder.current()?.generation == 1)
      #expect(world.host.now.serving == 1)
      #expect(world.host.now.calls == ["check", "start", "check", "reload", "reload"])
      #expect(world.generations == ["1"])
    }
  }

  @Test("an nginx that does not come up the first time is stopped")
  func firstStuck() async throws {
    try await withProxy { world in
      world.host.set { $0.stuckAt = [1] }
      try await world.route("blog", to: 15000)
      await #expect(throws: OrchestratorError.self) { try await world.apply() }
      #expect(!world.host.now.isRunning)
      #expect(world.folder.current() == nil)
      #expect(world.generations == [])
    }
  }

  @Test("the next attempt works")
  func nextAttempt() async throws {
    try await withProxy { world in
      world.host.set { $0.objection = "no" }
      try await world.route("blog", to: 15000)
      await #expect(throws: OrchestratorError.self) { try await world.apply() }
      world.host.set { $0.objection = nil }
      try await #expect(world.apply().generation == 2)
      #expect(world.host.now.serving == 2)
    }
  }

  @Test("a version that nginx does not tell is an error")
  func noVersion() async throws {
    try await withProxy { world in
      world.host.set { $0.version = "sh: nginx: not found" }
      try await world.route("blog", to: 15000)
      let error = await #expect(throws: OrchestratorError.self) { try await world.apply() }
      #expect(error?.message == "nginx did not tell its version")
    }
  }

  @Test("an nginx whose files are gone is started anew, once the new ones are checked elsewhere")
  func filesGone() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      try FileManager.default.removeItem(atPath: world.folder.path)
      try await #expect(world.proxy.status().problem?.contains("are gone") == true)
      try await world.route("blog", to: 15001)
      try await #expect(world.apply().generation == 2)
      #expect(world.host.now.calls == ["check", "start", "check anew", "start"])
      #expect(world.host.now.serving == 2)
      try await #expect(world.proxy.status().problem == nil)
    }
  }

  @Test("an nginx whose files are gone goes on with what it has when it refuses the new ones")
  func filesGoneAndRefused() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      world.folder.removeCurrent()
      world.host.set { $0.objection = "no" }
      await #expect(throws: OrchestratorError.self) { try await world.apply() }
      #expect(world.host.now.isRunning)
      #expect(!world.host.now.calls.contains("stop"))
    }
  }

  @Test("the status says of an app that its route is not in force")
  func behind() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      try await world.route("shop", to: 15001)
      try await #expect(world.proxy.status().problem?.contains("not those of the store") == true)
    }
  }

  @Test("that cannot start with files that somebody changed serves again as soon as anybody comes")
  func foreignFiles() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let isStuck = { @Sendable in world.host.set { ($0.isRunning, $0.isTrying, $0.serving) = (false, true, nil) } }
      // Its own files are not what keeps it from starting: nobody else waits for a further attempt.
      isStuck()
      try await #expect(world.proxy.repair() == nil)
      #expect(world.host.now.calls == ["check", "start"])
      try "nonsense".write(toFile: world.folder.currentLink + "/apps/blog.conf", atomically: false, encoding: .utf8)
      try await #expect(world.proxy.repair()?.text.contains("as its files had been changed") == true)
      #expect(world.host.now.serving == 2)
      try await #expect(world.proxy.repair() == nil)
      // One that serves is left alone by those who came for something else.
      try "nonsense".write(toFile: world.folder.currentLink + "/apps/blog.conf", atomically: false, encoding: .utf8)
      try await #expect(world.proxy.repair() == nil)
      #expect(world.host.now.serving == 2)
      // Where nobody is served by it there is nothing to bring back.
      try await world.store.setRoutes([], of: .blog)
      isStuck()
      try await #expect(world.proxy.repair()?.text.hasSuffix("it is stopped, as no app needs it") == true)
      #expect(!world.host.now.isTrying && !world.host.now.isRunning)
    }
  }
}
