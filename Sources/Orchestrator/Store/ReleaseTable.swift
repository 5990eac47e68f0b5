import Foundation
import GRDB

/// A row of the table `release`.
struct ReleaseRow: Codable, FetchableRecord, PersistableRecord, Sendable {
  static let databaseTableName = "release"

  var app: String
  var number: Int
  var state: Release.State
  var plan: DeploymentPlan
  var port: Int?
  var createdAt: Date
  var liveAt: Date?

  var release: Release {
    Release(
      app: plan.app, number: plan.release, stack: plan.stack.name, state: state, port: port.flatMap(TCPPort.init),
      url: plan.url, runtime: plan.runtime, image: plan.runtime == .docker ? plan.image : nil,
      source: plan.sourceFolder, descriptorDigest: plan.stack.digest,
      createdAt: createdAt, liveAt: liveAt)
  }

  /// The release's route, if it has a port.
  var route: Route? {
    port.flatMap(TCPPort.init).map { port in
      Route(
        app: plan.app, release: plan.release, host: plan.host, publicPort: plan.stack.publicPort, role: plan.stack.role,
        internalPort: port)
    }
  }
}

/// Releases and apps.
extension Store {
  /// The releases of `app`, newest first.
  func releases(of app: AppName) async throws -> [ReleaseRow] {
    try await read { db in try Self.releases(of: app, db) }
  }

  /// The release of `app` that serves, if there is one.
  func liveRelease(of app: AppName) async throws -> ReleaseRow? {
    try await read { db in try Self.releases(of: app, db).first { $0.state == .live } }
  }

  /// The releases of all apps that serve, by app.
  func liveReleases() async throws -> [ReleaseRow] {
    try await read { db in
      try ReleaseRow.filter(Column("state") == Release.State.live.rawValue).order(Column("app")).fetchAll(db)
    }
  }

  /// Where the releases run, or will run, that serve or are being deployed.
  func runtimes() async throws -> Set<RuntimeName> {
    try await read { db in
      let inUse: [Release.State] = [.live, .preparing]
      let rows = try ReleaseRow.filter(inUse.map(\.rawValue).contains(Column("state"))).fetchAll(db)
      return Set(rows.map(\.plan.runtime))
    }
  }

  /// The names of all apps that have a release of any kind.
  func appNames() async throws -> [String] {
    try await read { db in try String.fetchAll(db, sql: "SELECT name FROM app ORDER BY name") }
  }

  /// Enters a new release of the plan's app under the next number, which never was given before.
  ///
  /// - Returns: the plan with that number.
  func addRelease(_ plan: DeploymentPlan) async throws -> DeploymentPlan {
    try await write { db in
      try db.execute(
        sql: """
          INSERT INTO app (name, stack, lastRelease) VALUES (?, ?, 1)
          ON CONFLICT (name) DO UPDATE SET lastRelease = lastRelease + 1, stack = excluded.stack
          """, arguments: [plan.app.description, plan.stack.name.description])
      let row = try Row.fetchOne(
        db, sql: "SELECT lastRelease, number FROM app WHERE name = ?", arguments: [plan.app.description])
      let last: Int? = row?["lastRelease"]
      guard let number = last.flatMap(ReleaseNumber.init) else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
      let known: Int? = row?["number"]
      let appNumber = try known ?? Self.numberApp(plan.app, db)
      let numbered = plan.numbered(number, app: appNumber)
      try ReleaseRow(
        app: plan.app.description, number: number.value, state: .preparing, plan: numbered, port: nil, createdAt: Date()
      )
      .insert(db)
      return numbered
    }
  }

  /// Gives a new app a number that no app ever had.
  private static func numberApp(_ app: AppName, _ db: Database) throws -> Int {
    try db.execute(sql: "INSERT INTO appNumber (app) VALUES (?)", arguments: [app.description])
    let number = Int(db.lastInsertedRowID)
    try db.execute(sql: "UPDATE app SET number = ? WHERE name = ?", arguments: [number, app.description])
    return number
  }

  /// Makes `release` the one that serves, and the one that did so far one to be retired, in one stroke.
  func commit(_ release: ReleaseNumber, of app: AppName) async throws -> ReleaseRow {
    try await write { db in
      let rows = try Self.releases(of: app, db)
      guard var row = rows.first(where: { $0.number == release.value }) else {
        throw OrchestratorError(
          .conflict, "release \(release) of \(app.description.quoted) was destroyed while it was deployed")
      }
      for var other in rows where other.state == .live {
        other.state = .retiring
        try other.update(db)
      }
      (row.state, row.liveAt) = (.live, Date())
      try row.update(db)
      return row
    }
  }

  /// Notes what became of a release; a release that no longer runs has no port.
  func mark(_ release: ReleaseNumber, of app: AppName, as state: Release.State) async throws {
    try await write { db in
      try db.execute(
        sql: "UPDATE release SET state = ? WHERE app = ? AND number = ?",
        arguments: [state.rawValue, app.description, release.value])
    }
  }

  /// Forgets one release; its number is not given again.
  func forget(_ release: ReleaseNumber, of app: AppName) async throws {
    try await write { db in
      for (table, column) in [("release", "number"), ("journal", "release")] {
        try db.execute(
          sql: "DELETE FROM \(table) WHERE app = ? AND \(column) = ?", arguments: [app.description, release.value])
      }
    }
  }

  /// Forgets an app with all its releases, ports and routes.
  func forget(_ app: AppName) async throws {
    try await write { db in
      try db.execute(sql: "DELETE FROM app WHERE name = ?", arguments: [app.description])
      try db.execute(sql: "DELETE FROM journal WHERE app = ?", arguments: [app.description])
    }
  }

  private static func releases(of app: AppName, _ db: Database) throws -> [ReleaseRow] {
    try ReleaseRow.filter(Column("app") == app.description).order(Column("number").desc).fetchAll(db)
  }
}
