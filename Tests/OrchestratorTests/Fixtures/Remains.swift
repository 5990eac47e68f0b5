import Foundation
import GRDB

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorStore

/// Everything that deployments leave on a machine; equal before and after one that failed.
struct Remains: Equatable {
  var ports: [Int] = []
  var images: Set<String> = []
  var workloads: [String: TCPPort] = [:]
  var storedRoutes: [Route] = []
  var routesInForce: [Route] = []
  var leases: [String] = []
  var copiesOfSource: [String] = []
}

extension FakeWorld {
  /// What is there right now.
  func remains() async throws -> Remains {
    Remains(
      ports: try await store.read { try Int.fetchAll($0, sql: "SELECT number FROM port ORDER BY number") },
      images: runtime.now.images, workloads: runtime.now.workloads, storedRoutes: try await store.routes(),
      routesInForce: proxy.routes, leases: try await store.leases().keys.sorted(), copiesOfSource: copiesOfSource())
  }

  private func copiesOfSource() -> [String] {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix("/source") || $0.hasSuffix(".Dockerfile") }
  }
}
