import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

@Suite("An app's server block that nginx refuses")
struct QuarantineTests {
  @Test("is left out and reported, and every app keeps its route")
  func leftOut() async throws {
    try await withProxy { world in
      try await world.route("blog", to: 15000)
      try await world.route("shop", to: 15001)
      world.host.set { $0.refusedLanes = ["shop"] }
      let change = try await world.apply()
      let reason = "nginx: [emerg] unknown directive \"x\" in \(world.folder.generation(1))/apps/shop.conf:3"
      #expect(
        change.notes.texts == [
          "nginx refuses the server block of shop, served by the routing table in its place: \(reason)"
        ])
      #expect(change.generation == 1)
      #expect(world.lanes == ["blog.conf"])
      let current = try #require(world.folder.current())
      #expect(current.sites.map(\.app.description) == ["blog", "shop"])
      try await #expect(world.proxy.quarantined() == [.init(app: .shop, reason: reason)])
      let status = try await world.proxy.status()
      #expect(status.problem == nil)
      #expect(status.quarantined.map(\.app) == [.shop])
    }
  }

  @Test("is not tried again until something of the app changes, or somebody asks for it")
  func triedAgain() async throws {
    try await withProxy { world in
      try await world.route("shop", to: 15001)
      world.host.set { $0.refusedLanes = ["shop"] }
      try await world.apply()
      world.host.set { $0.refusedLanes = [] }
      // Nothing changed: there is nothing to do.
      try await #expect(world.apply().generation == 1)
      // Another app's change leaves it as it is.
      try await world.route("blog", to: 15000)
      try await #expect(world.apply().generation == 2)
      #expect(world.lanes == ["blog.conf"])
      try await #expect(world.proxy.reload() == ProxyChange(generation: 3))
      #expect(world.lanes == ["blog.conf", "shop.conf"])
      world.host.set { $0.refusedLanes = ["shop"] }
      try await world.route("shop", to: 15002)
      try await #expect(world.apply().notes.count == 1)
      world.host.set { $0.refusedLanes = [] }
      try await world.route("shop", to: 15003)
      try await #expect(world.apply().notes == [])
      #expect(world.lanes == ["blog.conf", "shop.conf"])
    }
  }

  @Test("is the sign that something is wrong with all of them, when it is one after the other")
  func all() async throws {
    try await withProxy { world in
      let apps = (1...20).map { "app-\($0)" }
      for (index, app) in apps.enumerated() { try await world.route(app, to: 15000 + index) }
      world.host.set { $0.refusedLanes = apps }
      // Five of them one by one, then all the others at once; last it is asked whether that was only for a moment.
      try await #expect(world.apply().notes.count == 6)
      #expect(world.lanes == [])
      #expect(world.host.now.calls.filter { $0.hasPrefix("check") }.count == 8)
    }
  }

  @Test("does not take the others with it, however many were refused before")
  func others() async throws {
    try await withProxy { world in
      let apps = (1...6).map { "app-\($0)" }
      try await world.route("well", to: 14999)
      for (index, app) in apps.enumerated() {
        try await world.route(app, to: 15000 + index)
        world.host.set { $0.refusedLanes.append(app) }
        try await world.apply()
      }
      #expect(world.lanes == ["well.conf"])
    }
  }

  @Test("is any of them where nginx names none: the routing table alone is tried before all is given up")
  func unnamed() async throws {
    try await withProxy { world in
      for (index, app) in ["blog", "shop"].enumerated() { try await world.route(app, to: 15000 + index) }
      world.host.set { $0.refusesAllLanes = true }
      let change = try await world.apply()
      #expect(
        change.notes.texts == [
          "nginx refuses the server block of blog, shop, served by the routing table in its place: nginx: [emerg] too many"
        ])
      #expect(world.lanes == [])
      // As long as nothing changes there is nothing to do.
      try await #expect(world.apply().generation == 1)
    }
  }

  @Test("is not one for longer than it lasts, where nginx names none: it is tried again at once, and with each change")
  func passing() async throws {
    try await withProxy { world in
      for (index, app) in ["blog", "shop"].enumerated() { try await world.route(app, to: 15000 + index) }
      world.host.set { $0.refusesAllLanes = true }
      try await world.apply()
      #expect(world.lanes == [])
      try await world.route("blog", to: 15002)
      world.host.set { $0.passingObjection = "nginx: [emerg] no space left on device" }
      world.host.set { $0.refusesAllLanes = false }
      try await #expect(world.apply().notes == [])
      #expect(world.lanes == ["blog.conf", "shop.conf"])
    }
  }

  @Test("is noticed when somebody else put it there")
  func stray() async throws {
    try await withProxy { world in
      try await world.route("shop", to: 15001)
      try await world.apply()
      try "server {}".write(toFile: world.folder.currentLink + "/apps/copy.conf", atomically: true, encoding: .utf8)
      try await #expect(world.proxy.status().problem?.contains("are not as this orchestrator writes them") == true)
      try await #expect(world.apply().generation == 2)
      #expect(world.lanes == ["shop.conf"])
    }
  }

  @Test("is not blamed for what is wrong elsewhere")
  func elsewhere() async throws {
    try await withProxy { world in
      try await world.route("shop", to: 15001)
      for objection in ["no answer", "nginx: [emerg] no in nginx.conf:3", "nginx: [emerg] no in /g/apps/other.conf:1"] {
        world.host.set { $0.objection = objection }
        let error = await #expect(throws: OrchestratorError.self) { try await world.apply() }
        #expect(error?.code == .proxyFailed)
      }
    }
  }

  @Test("was not known to earlier configurations, which are read all the same")
  func earlier() throws {
    let configuration = NginxConfiguration(
      generation: 1, sites: [], publicPorts: [], folder: "/f", runFolder: "/r", logFolder: "/l",
      version: sure(NginxVersion("1.30.6")), hasIPv6: true, workerShutdownTimeout: .seconds(30))
    var json = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
    json.replace(/,?"quarantined":\[\]/, with: "")
    json.replace("{,", with: "{")
    #expect(!json.contains("quarantined"))
    #expect(try JSONDecoder().decode(NginxConfiguration.self, from: Data(json.utf8)) == configuration)
  }
}

extension ProxyWorld {
  /// The names of the server blocks' files in force.
  fileprivate var lanes: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.currentLink + "/apps")) ?? []).sorted()
  }
}
