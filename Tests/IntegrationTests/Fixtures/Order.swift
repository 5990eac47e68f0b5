import Foundation
import GRDB

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorPlanning
@testable import OrchestratorStore

extension Installation {
  /// What is not as it should be with an app at which nobody is, one sentence each.
  func disorder(of name: String) async throws -> [String] {
    let (app, store) = (try AppName(name), try Store(in: StateFolder(home)))
    let releases = try await store.releases(of: app)
    let world = try await world()
    var faults: [String] = []
    func expect(_ what: String, _ found: [String], _ expected: [String]) {
      if found != expected { faults.append("\(what): \(found), not \(expected)") }
    }
    let live = releases.filter { $0.state == .live }
    expect("live releases", live.map(\.plan.release.description), live.prefix(1).map(\.plan.release.description))
    let unfinished = releases.filter { $0.state == .preparing || $0.state == .retiring }
    expect("unfinished releases", unfinished.map { "\($0.plan.release) \($0.state)" }, [])
    let workloads = (world.containers + world.processes).filter { $0.contains("-\(name)-") }
      .map { String($0.prefix { $0 != " " }) }
    expect("surplus", live.flatMap(\.surplus).map(\.workload.label), [])
    expect("workloads", workloads, live.flatMap(\.workloads).map(\.name).sorted())
    expect("ports", try await ports(of: name), live.flatMap(\.ports.values).map(\.description).sorted())
    let routes = world.routes.filter { $0.app == app }
    if routes != live.flatMap(\.routes) { faults.append("routes: \(routes)") }
    let lane = (try? String(contentsOfFile: "\(home)/proxy/current/apps/\(name).conf", encoding: .utf8)) ?? ""
    for route in routes {
      // The table leads to an app's first instance.
      let isInTable = route.instance > 1 || world.mappings.contains("\(route.host) \(route.internalPort);")
      if isInTable && lane.contains("server 127.0.0.1:\(route.internalPort)") { continue }
      faults.append("not in force: \(route)")
    }
    expect("leases", world.leases, [])
    let kept = releases.filter { $0.state == .live || $0.state == .retired }.flatMap(\.plan.components)
    let images = kept.filter { $0.runtime == .docker }.map(\.image).sorted()
    expect("images", world.images.filter { $0.contains("/\(name):") }, images)
    let folders = world.folders.filter { $0.hasPrefix("releases/\(name)/") && $0.hasSuffix("/app") }
    let processes = kept.filter { $0.runtime == .process }
    func part(_ component: ComponentPlan) -> String { component.component.map { "/\($0)" } ?? "" }
    expect("folders", folders, processes.map { "releases/\(name)/\($0.release)\(part($0))/app" }.sorted())
    let builds = processes.map { "builds/\(name)/\($0.build.number)\(part($0))" }
    expect(
      "builds", world.builds.filter { $0.hasPrefix("builds/\(name)/") },
      Set(builds).flatMap { ["\($0)/dependencies", "\($0)/source"] }.sorted())
    expect("copies", world.folders.filter { $0.hasSuffix("/source") || $0.hasSuffix(".Dockerfile") }, [])
    return faults
  }

  /// What is wrong with the store and the proxy, beneath all apps, one sentence each.
  func faultsBeneath() async throws -> [String] {
    let store = try Store(in: StateFolder(home))
    var faults = try await store.damage()
    let world = try await world()
    // nginx, and what is run once for it, have the machine's own.
    let networks = world.containers.contains { $0.contains(/-v\d+[._ ]/) } ? ["\(namespace)-apps"] : []
    if world.networks != networks { faults.append("networks: \(world.networks), not \(networks)") }
    let waiting = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM buildPlace") ?? 0 }
    if waiting > 0 { faults.append("\(waiting) places in the queue of builds") }
    let folder = ProxyFolder(path: home + "/proxy")
    // Where nobody is served nginx need not run.
    guard let current = folder.current(), let port = current.publicPorts.first, try await !store.routes().isEmpty else {
      return faults
    }
    let health = HTTPRequest(
      endpoint: .tcp(host: "127.0.0.1", port: Int(port.number)), path: "/health", host: "localhost")
    let served = try await transport.send(health, timeout: .seconds(10)).text
    if !served.contains("\"generation\":\(current.generation)}") {
      faults.append("generation \(current.generation) is configured, and nginx says \(served)")
    }
    return faults
  }

  private func ports(of name: String) async throws -> [String] {
    try await Store(in: StateFolder(home)).read { db in
      try String.fetchAll(db, sql: "SELECT number FROM port WHERE app = ? ORDER BY number", arguments: [name])
    }
  }

  /// The release of an app that serves.
  func liveRelease(of name: String) async throws -> ReleaseNumber? {
    try await Store(in: StateFolder(home)).liveRelease(of: AppName(name))?.plan.release
  }
}
