import GRDB
package import OrchestratorModel

/// The apps that are in maintenance.
extension Store {
  /// The modes of the apps that are in maintenance.
  package func maintenance() async throws -> [AppName: MaintenanceMode] {
    try await read { db in
      let modes = try Row.fetchAll(db, sql: "SELECT app, message FROM maintenance").compactMap { row in
        let name: String = row["app"]
        return (try? AppName(name)).map { ($0, MaintenanceMode.on(message: row["message"])) }
      }
      return Dictionary(modes) { first, _ in first }
    }
  }

  /// Whether an app is in maintenance.
  package func maintenance(of app: AppName) async throws -> MaintenanceMode {
    try await read { db in
      let row = try Row.fetchOne(db, sql: "SELECT message FROM maintenance WHERE app = ?", arguments: [app.description])
      return row.map { .on(message: $0["message"]) } ?? .off
    }
  }

  /// Puts an app in maintenance, or takes it out of it.
  package func setMaintenance(_ mode: MaintenanceMode, of app: AppName) async throws {
    try await write(durably: true) { db in
      try db.execute(sql: "DELETE FROM maintenance WHERE app = ?", arguments: [app.description])
      guard case .on(let message) = mode else { return }
      try db.execute(
        sql: "INSERT INTO maintenance (app, message) VALUES (?, ?)", arguments: [app.description, message])
    }
  }
}
