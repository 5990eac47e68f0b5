import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorPlanning
@testable import OrchestratorStore

@Suite("Bringing routes into force")
struct NginxProxyTests {
  @Test("has nginx begin new logs when they have grown too large, and keeps two of those before")
  func logs() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let log = world.folder.logs + "/access.log"
      for number in 1...4 {
        try Data("log \(number)".utf8).write(to: URL(fileURLWithPath: log))
        #expect(truncate(log, 51 << 20) == 0)
        _ = try await world.proxy.repair()
        #expect(!FileManager.default.fileExists(atPath: log))
      }
      #expect(world.host.now.calls.filter { $0 == "reopen logs" }.count == 4)
      let names = try FileManager.default.contentsOfDirectory(atPath: world.folder.logs)
      #expect(names.sorted() == ["access.log.1", "access.log.2"])
      let newest = try Data(contentsOf: URL(fileURLWithPath: log + ".1")).prefix(5)
      #expect(String(decoding: newest, as: UTF8.self) == "log 4")
    }
  }

  @Test("starts nginx with the first route, when the configuration was checked")
  func first() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await #expect(world.apply() == ProxyChange(generation: 1))
      #expect(world.host.now.calls == ["check", "start"])
      #expect(world.folder.current()?.sites.map(\.host) == ["blog.localhost"])
    }
  }

  @Test("does not start nginx when there is no route")
  func noRoute() async throws {
    try await withProxy { world in
      try await #expect(world.proxy.apply(.restore) == ProxyChange(generation: 0))
      #expect(world.host.now.calls == [])
    }
  }

  @Test("says once, when nginx is started, what a newer one would be better at")
  func shortcoming() async throws {
    try await withProxy { world in
      world.host.set { $0.version = "nginx version: nginx/1.22.1" }
      let plan = DeploymentPlan.sample(stack: .sample("one", publicPort: world.ports[0]))
      let notes = try await world.proxy.open(for: plan)?.notes
      #expect(notes?.count == 1)
      #expect(notes?.first?.text.contains("use nginx 1.27.4 or later") == true)
      try await world.route("blog", to: 15000)
      try await #expect(world.apply() == ProxyChange(generation: 2))
    }
  }

  @Test(
    "has workers finish their requests for as long as the most patient app asks for, also of a stack that is not known here"
  )
  func longestDrain() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let usual = try #require(world.folder.current()?.workerShutdownTimeout)
      var stack = StackDescriptor.sample("elsewhere")
      stack.stop.drain = .seconds(500)
      _ = try await world.store.addRelease(.sample(stack: stack))
      try await world.apply()
      #expect(usual < .seconds(500))
      #expect(world.folder.current()?.workerShutdownTimeout == .seconds(500))
    }
  }

  @Test("is done once more when whoever did it was killed before nginx was seen to serve it")
  func unproven() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      try await #expect(world.apply().generation == 1)
      try FileManager.default.removeItem(atPath: world.folder.currentLink + "/proven")
      try await #expect(world.apply().generation == 2)
      try await #expect(world.apply().generation == 2)
    }
  }

  @Test("starts nginx for an app that is to come, and stops it when none comes and there is no other")
  func opened() async throws {
    try await withProxy { world in
      let plan = DeploymentPlan.sample(stack: .sample("one", publicPort: world.ports[0]))
      try await #expect(world.proxy.open(for: plan) == ProxyChange(generation: 1))
      try await #expect(world.proxy.open(for: plan) == nil)
      #expect(world.host.now.calls == ["check", "start"])
      try await world.proxy.stopIfIdleStart()
      #expect(!world.host.now.isRunning)
      // The old generation serves nobody: a new one is made.
      try await #expect(world.proxy.open(for: plan)?.generation == 2)
      _ = try await world.store.acquireLease(of: .blog, for: .deploy)
      try await world.proxy.stopIfIdleStart()
      try await #expect(!world.proxy.stopIfUnused())
      #expect(world.host.now.isRunning)
      try await world.store.releaseLease(of: .blog)
      try await world.proxy.stopIfIdleStart()
      #expect(!world.host.now.isRunning)
      try await world.route("shop", to: 15000)
      try await world.apply()
      try await #expect(!world.proxy.stopIfUnused())
      // What has served goes on without an app, until somebody stops it.
      try await world.store.setRoutes([], of: .shop)
      try await world.apply()
      try await world.proxy.stopIfIdleStart()
      #expect(world.host.now.isRunning)
      try await #expect(world.proxy.stopIfUnused())
      #expect(!world.host.now.isRunning)
    }
  }

  @Test("reloads nginx for every change, and keeps the configuration before")
  func changes() async throws {
    try await withProxy { world in
      for number in 1...4 {
        try await world.route("blog", to: 15000 + number)
        try await #expect(world.apply().generation == number)
      }
      #expect(world.host.now.calls.filter { $0 == "reload" }.count == 3)
      #expect(world.generations == ["3", "4"])
    }
  }

  @Test("removes what somebody began who was killed before it was in force")
  func unfinished() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      try FileManager.default.createDirectory(atPath: world.folder.generation(7), withIntermediateDirectories: true)
      try await world.apply()
      #expect(world.generations == ["1"])
    }
  }

  @Test("waits a moment for others who deploy, so as to share a reload; not alone, and not on the way back")
  func reloadBatchWindow() async throws {
    try await withProxy { world in
      let clock = PatientClock()
      var proxy = world.proxy
      // Far longer than a slow machine takes from one change to the next; nobody really waits here.
      (proxy.clock, proxy.reloadBatchWindow, proxy.longestReloadBatchWindow) = (clock, .seconds(600), .seconds(600))
      try await world.route("blog", to: 15000)
      _ = try await world.store.acquireLease(of: .blog, for: .deploy)
      _ = try await proxy.apply(.serve(world.ports[0]))
      try await world.route("blog", to: 15001)
      _ = try await proxy.apply(.serve(world.ports[0]))
      #expect(clock.longest < .seconds(1))
      _ = try await world.store.acquireLease(of: .shop, for: .deploy)
      try await world.route("blog", to: 15002)
      _ = try await proxy.apply(.restore)
      #expect(clock.longest < .seconds(1))
      try await world.route("blog", to: 15003)
      _ = try await proxy.apply(.serve(world.ports[0]))
      #expect(clock.longest > .seconds(1))
    }
  }

  @Test("does nothing when nothing changed")
  func unchanged() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let calls = world.host.now.calls
      try await #expect(world.apply() == ProxyChange(generation: 1))
      #expect(world.host.now.calls == calls)
    }
  }

  @Test(
    "renders a file again that was changed by hand or removed", arguments: ["proxy-mappings.conf", "pages/404.html"])
  func editedByHand(file: String) async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let path = world.folder.currentLink + "/" + file
      try "mine".write(toFile: path, atomically: true, encoding: .utf8)
      try await #expect(world.apply().generation == 2)
      try #expect(String(contentsOfFile: path, encoding: .utf8) == world.folder.current()?.files[file])
      try FileManager.default.removeItem(atPath: path)
      try await #expect(world.apply().generation == 3)
    }
  }

  @Test("starts nginx again when it does not run any more")
  func gone() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      world.host.set { ($0.isRunning, $0.serving) = (false, nil) }
      try await #expect(world.apply().generation == 2)
      #expect(world.host.now.calls == ["check", "start", "check", "start"])
    }
  }

  @Test("is done by one at a time, whoever asks")
  func serialised() async throws {
    try await withProxy { world in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            try await world.route("app-\(number)", to: 15000 + number)
            try await world.apply()
          }
        }
        try await group.waitForAll()
      }
      #expect(world.host.now.mostUnderWay == 1)
      #expect(world.folder.current()?.sites.count == 8)
      #expect(world.host.now.serving == world.folder.current()?.generation)
    }
  }

  @Test("asks nginx for its generation under the machine's own name")
  func proof() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let call = try #require(world.network.calls.last)
      let port = try #require(world.ports.min())
      #expect(call.path == "/health" && call.host == "localhost")
      #expect(call.endpoint == .tcp(host: "127.0.0.1", port: Int(port.number)))
    }
  }

  @Test("counts anew when a worker has ended that was killed, and says so; not when all of nginx was started anew")
  func lostWorker() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.apply()
      let (workers, errors) = (world.host.now.workers, world.folder.logs + "/error.log")
      func endOne(_ master: Int?) { world.host.set { ($0.workers.master, $0.workers.active) = (master, [4711]) } }
      endOne(workers.master)
      // nginx would have written that down.
      try await #expect(world.proxy.repair() == nil)
      try Data("worker process 1 exited on signal 9\n".utf8).write(to: URL(fileURLWithPath: errors))
      endOne(7)
      try await #expect(world.proxy.repair() == nil)
      endOne(workers.master)
      try await #expect(world.proxy.repair()?.text.contains("a worker of nginx had ended") == true)
      #expect(world.host.now.calls.last == "reload" && world.host.now.serving == 2)
      try await #expect(world.proxy.repair() == nil)
    }
  }

  @Test(
    "says how little nginx can hold, when it is started or found to hold less, with the cure; the status does at any time"
  )
  func fewConnections() async throws {
    try await withProxy { world in
      func notes() async throws -> [String] { try await world.apply().notes.texts }
      try await world.route("blog", to: 15000)
      try await #expect(notes() == [])
      world.host.set { $0.openFiles = 1024 }
      let said = try #require(try await notes().first)
      #expect(said.contains("can have 896 connections only") && said.contains("prlimit --nofile=20000"))
      try await #expect(notes() == [])
      try await #expect(world.proxy.status().connections == 896)
      // What cannot be seen is as it was.
      world.host.set { $0.openFiles = nil }
      try await world.route("blog", to: 15001)
      try await #expect(notes() == [])
      try await #expect(world.proxy.status().connections == 896)
      world.host.set { ($0.openFiles, $0.isRunning, $0.serving) = (1024, false, nil) }
      try await #expect(notes().count == 1)
    }
  }

  @Test("waits for the workers of the configuration before, but not for ever")
  func drain() async throws {
    try await withProxy { world in
      try await #expect(world.proxy.drain(atMost: .milliseconds(1)))
      world.host.set { $0.workers.retiring = [4711] }
      try await #expect(!world.proxy.drain(atMost: .milliseconds(1)))
    }
  }
}
