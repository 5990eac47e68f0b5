import GRDB
package import OrchestratorModel

/// The apps that are in maintenance.
extension Store {
  /// The apps that serve and whose clients are told to come back later, ordered by app.
  package func maintenance() async throws -> [Maintenance] {
    try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT DISTINCT maintenance.app, host, message FROM maintenance JOIN route ON route.app = maintenance.app
          ORDER BY maintenance.app
          """)
      return rows.compactMap { row in
        let name: String = row["app"]
        return (try? AppName(name)).map { Maintenance(app: $0, host: row["host"], message: row["message"]) }
      }
    }
  }

  /// What an app's clients are told; nil when the app is not in maintenance, and empty when nothing of its own is said.
  package func maintenance(of app: AppName) async throws -> String? {
    try await read { db in
      let row = try Row.fetchOne(db, sql: "SELECT message FROM maintenance WHERE app = ?", arguments: [app.description])
      return row.map { row in row["message"] ?? "" }
    }
  }

  /// Puts an app in maintenance with what its clients are told, which may be empty, or takes it out of it with nil.
  package func setMaintenance(_ message: String?, of app: AppName) async throws {
    try await write(durably: true) { db in
      try db.execute(sql: "DELETE FROM maintenance WHERE app = ?", arguments: [app.description])
      guard let message else { return }
      try db.execute(
        sql: "INSERT INTO maintenance (app, message) VALUES (?, ?)", arguments: [app.description, message.nonEmpty])
    }
  }
}
