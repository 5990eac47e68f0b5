package import GRDB

extension Store {
  /// What is wrong with the file, one sentence each, by SQLite's own examination.
  package func damage() async throws -> [String] { try await read(Self.damage) }

  package static func damage(_ db: Database) throws -> [String] {
    let pages = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
    let rows = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
      let (table, parent): (String, String) = (row["table"], row["parent"])
      return "a row of \(table) belongs to none of \(parent)"
    }
    return pages + rows
  }
}
