import Foundation
import GRDB

@testable import Orchestrator

/// Everything that a deployment can leave behind, so that two moments can be compared.
struct World: Equatable, Sendable, CustomStringConvertible {
  let containers: [String]
  let images: [String]
  let routes: [Route]
  let ports: [Int]
  let leases: [String]
  let buildFolders: [String]
  let mappings: String

  var description: String {
    "containers \(containers)\nimages \(images)\nroutes \(routes)\nports \(ports)\nleases \(leases)\nfolders \(buildFolders)"
  }
}

extension Installation {
  /// Everything that is there now.
  func world() async throws -> World {
    let label = ["--filter", "label=\(DockerLabels.namespace)=\(Self.namespace)"]
    let store = try Store(in: StateFolder(home))
    return World(
      containers: try await lines("docker", ["ps", "--all", "--format", "{{.Names}} {{.State}}"] + label),
      images: try await lines("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"] + label)
        .filter { !$0.contains("<none>") },
      routes: try await store.routes(),
      ports: try await store.read { db in try Int.fetchAll(db, sql: "SELECT number FROM port ORDER BY number") },
      leases: try await store.leases().keys.sorted(),
      buildFolders: sources(),
      mappings: (try? String(contentsOfFile: home + "/proxy/current/proxy-mappings.conf", encoding: .utf8)) ?? "")
  }

  private func lines(_ program: String, _ arguments: [String]) async throws -> [String] {
    try await Program.run(program, arguments).output.split(separator: "\n").map(String.init).sorted()
  }

  /// The copies of sources, which are there during a build only.
  private func sources() -> [String] {
    let files = FileManager.default.enumerator(atPath: home + "/releases")?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix("/source") || $0.hasSuffix(".Dockerfile") }.sorted()
  }
}
