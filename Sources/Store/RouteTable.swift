import Foundation
import GRDB
package import OrchestratorModel

/// A row of the table `route`.
private struct RouteRow: Codable, FetchableRecord, PersistableRecord {
  static let databaseTableName = "route"

  var app: String
  var role: StackDescriptor.Role
  var release: Int
  var host: String
  var publicPort: Int
  var paths: [String]
  var instance: Int
  var internalPort: Int
  var http: RequestPolicy

  init(_ route: Route) {
    app = route.app.description
    role = route.role
    release = route.release.value
    host = route.host
    publicPort = Int(route.publicPort.number)
    paths = route.paths
    instance = route.instance
    internalPort = Int(route.internalPort.number)
    http = route.http
  }

  /// The route, to a release that runs there; nil when the row holds what no route can.
  func route(on runtime: RuntimeName) -> Route? {
    guard let app = try? AppName(app), let release = ReleaseNumber(release), let publicPort = TCPPort(publicPort),
      let internalPort = TCPPort(internalPort)
    else { return nil }
    return Route(
      app: app, release: release, runtime: runtime, host: host, publicPort: publicPort, role: role, paths: paths,
      instance: instance, internalPort: internalPort, http: http)
  }
}

/// The routing table: all that the proxy's files are made of.
extension Store {
  /// All routes, ordered by host.
  package func routes() async throws -> [Route] {
    try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT route.*, coalesce(json_extract(release.plan, '$.first.runtime'), 'docker') AS runtime
          FROM route LEFT JOIN release ON release.app = route.app AND release.number = route.release
          ORDER BY route.host, route.role, route.instance
          """)
      return try rows.compactMap { row in
        let runtime: String = row["runtime"]
        return try RouteRow(row: row).route(on: RuntimeName(rawValue: runtime) ?? .docker)
      }
    }
  }

  /// The routes of one app.
  package func routes(of app: AppName) async throws -> [Route] { try await routes().filter { $0.app == app } }

  /// Sends the app's requests along `routes` from the next proxy generation on, and along no others.
  package func setRoutes(_ routes: [Route], of app: AppName) async throws {
    try await write(durably: true) { db in
      try db.execute(sql: "DELETE FROM route WHERE app = ?", arguments: [app.description])
      for route in routes { try RouteRow(route).insert(db) }
    }
  }

  /// The number of the next proxy generation; each number is given once.
  package func nextGeneration() async throws -> Int {
    try await write { db in
      try Int.fetchOne(db, sql: "UPDATE proxy SET generation = generation + 1 WHERE id = 1 RETURNING generation") ?? 1
    }
  }
}
