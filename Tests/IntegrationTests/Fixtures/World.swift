import Foundation
import GRDB

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorStore
@testable import OrchestratorSystem

/// Everything that a deployment can leave behind, so that two moments can be compared.
struct World: Equatable, Sendable, CustomStringConvertible {
  let containers: [String]
  let networks: [String]
  let images: [String]
  /// The supervised processes, each with the id of its leader.
  let processes: [String]
  /// All processes that belong to those, and all that a build started.
  let members: [Int]
  /// The control groups of workloads and builds.
  let groups: [String]
  let routes: [Route]
  let ports: [Int]
  let leases: [String]
  /// What is in the folders of releases beside logs, and the dependencies of apps.
  let folders: [String]
  /// What is in the folders of builds.
  let builds: [String]
  let mappings: String

  var description: String {
    """
    containers \(containers)
    networks \(networks)
    images \(images)
    processes \(processes), in all \(members)
    groups \(groups)
    routes \(routes)
    ports \(ports)
    leases \(leases)
    folders \(folders)
    builds \(builds)
    """
  }
}

extension Installation {
  /// Everything that is there now.
  func world() async throws -> World {
    let label = ["--filter", "label=\(DockerLabels.namespace)=\(namespace)"]
    let store = try Store(in: StateFolder(home))
    return World(
      containers: try await lines("docker", ["ps", "--all", "--format", "{{.Names}} {{.State}}"] + label),
      networks: try await lines("docker", ["network", "ls", "--format", "{{.Name}}"] + label),
      images: try await lines("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"] + label)
        .filter { !$0.contains("<none>") },
      processes: processes(), members: members(), groups: ControlGroup.names(of: home),
      routes: try await store.routes(),
      ports: try await store.read { db in try Int.fetchAll(db, sql: "SELECT number FROM port ORDER BY number") },
      leases: try await store.leases().keys.sorted(),
      folders: folders(), builds: builds(),
      mappings: (try? String(contentsOfFile: home + "/proxy/current/proxy-mappings.conf", encoding: .utf8)) ?? "")
  }

  /// What runs of apps, or is there of them without running: all but nginx.
  func workloads() async throws -> [String] {
    let world = try await world()
    return (world.containers + world.processes).filter { !$0.hasPrefix("\(namespace)-proxy ") }
  }

  private func lines(_ program: String, _ arguments: [String]) async throws -> [String] {
    try await Program.run(program, arguments).output.split(separator: "\n").map(String.init).sorted()
  }

  private func processes() -> [String] {
    contents("processes").map { name in
      let process = SupervisedProcess(folder: "\(home)/processes/\(name)", program: "")
      return "\(name) \(process.record()?.process?.id ?? 0)"
    }
  }

  /// Whatever was started from this installation's folders and goes on; nginx replaces its workers as it likes.
  private func members() -> [Int] {
    let marks = ["ORCHESTRATOR_PROCESS=\(home)/processes/", "ORCHESTRATOR_BUILD=\(home)/"]
    return ProcessTable.all().map(\.id).filter { id in
      let environment = String(decoding: SystemFile.contents("/proc/\(id)/environ") ?? Data(), as: UTF8.self)
      return environment.split(separator: "\0").contains { line in
        marks.contains { line.hasPrefix($0) } && !line.hasSuffix("-proxy")
      }
    }
  }

  private func folders() -> [String] {
    let dependencies = contents("dependencies").flatMap { app in contents("dependencies/\(app)") }
    let releases = contents("releases").flatMap { app in contents("releases/\(app)").map { "releases/\(app)/\($0)" } }
    let parts = releases.flatMap(paths).flatMap { part in
      // A component keeps its log in a folder of its own, which is there before the log is.
      isComponent(part) ? paths(in: part) : [part]
    }
    return (dependencies + parts).filter { !$0.contains(".log") }
  }

  private func builds() -> [String] {
    let builds = contents("builds").flatMap { app in paths(in: "builds/\(app)") }
    // One of an app with components has them in folders of their own.
    return builds.flatMap(paths).flatMap { part in
      ["source", "dependencies"].contains { part.hasSuffix("/\($0)") } ? [part] : paths(in: part)
    }
  }

  private func isComponent(_ path: String) -> Bool {
    guard FileManager.default.isRealFolder("\(home)/\(path)") else { return false }
    let contents = contents(path)
    return contents.isEmpty || contents.contains { $0.hasSuffix(".log") }
  }

  private func paths(in folder: String) -> [String] { contents(folder).map { "\(folder)/\($0)" } }

  private func contents(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(home)/\(folder)")) ?? []).sorted()
  }
}
