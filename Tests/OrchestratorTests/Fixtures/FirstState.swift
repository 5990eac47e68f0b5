import Foundation
import GRDB

@testable import Orchestrator

/// Runs `body` with a state folder whose file is as the first version left it; what SQLite's own shell printed of it stays as it is.
///
/// The app `blog` serves v2, and v3 was interrupted at 'build image'; of `shop`, two numbers were given.
func withFirstState(_ body: (StateFolder) async throws -> Void) async throws {
  try await withTemporaryFolder { folder in
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let sql = try String(
      contentsOf: tests.appendingPathComponent("Goldens/store/state-of-schema-v1.sql"), encoding: .utf8)
    let home = StateFolder(try folder.makeFolder("home"))
    let database = try DatabaseQueue(path: home.database)
    try await database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
    try await body(home)
  }
}
