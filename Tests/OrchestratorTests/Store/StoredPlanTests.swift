import Foundation
import GRDB
import Testing

@testable import Orchestrator

@Suite("A plan in the store")
struct StoredPlanTests {
  /// The file was written by the first version of the schema, and stays as it is.
  private static func ofFirstSchema() throws -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: tests.appendingPathComponent("Goldens/store/plan-of-schema-v1.json"), encoding: .utf8)
  }

  @Test("is brought along, with its port, from the first version of the schema to today's")
  func firstSchema() async throws {
    try await withTemporaryFolder { folder in
      let home = try await stateFolder(ofSchema: "v1", in: folder) { db in
        try db.execute(sql: "INSERT INTO app (name, stack, lastRelease) VALUES ('blog', 'stub', 1)")
        try db.execute(
          sql: """
            INSERT INTO release (app, number, state, plan, port, createdAt)
            VALUES ('blog', 1, 'live', ?, 15000, '2026-01-01 00:00:00.000')
            """, arguments: [try Self.ofFirstSchema()])
        try db.execute(sql: "INSERT INTO port (number, app, release) VALUES (15000, 'blog', 1)")
        try db.execute(
          sql: """
            INSERT INTO route (app, role, release, host, publicPort, internalPort)
            VALUES ('blog', 'backend', 1, 'blog.localhost', 14000, 15000)
            """)
      }
      let store = try Store(in: home)
      let live = try #require(try await store.liveRelease(of: .blog))
      #expect(live.plan == .sample())
      #expect(live.port == .number(15000))
      try await #expect(store.routes() == live.routes)
    }
  }
}
