package import Foundation
import GRDB
package import OrchestratorModel

/// A row of the table `release`.
package struct ReleaseRow: Codable, FetchableRecord, PersistableRecord, Sendable {
  static let databaseTableName = "release"

  package var app: String
  package var number: Int
  package var state: Release.State
  package var plan: DeploymentPlan
  package var createdAt: Date
  package var liveAt: Date?
}

/// A workload and its port.
package struct Placement: Sendable {
  package let workload: WorkloadPlan
  package let port: TCPPort

  package init(workload: WorkloadPlan, port: TCPPort) {
    (self.workload, self.port) = (workload, port)
  }

  package var route: Route { workload.route(to: port) }
}

/// What the store knows of a release.
package struct StoredRelease: Sendable {
  package var plan: DeploymentPlan
  package var state: Release.State
  /// The ports of its workloads, as long as they have them.
  package var ports: [WorkloadID: TCPPort]
  /// The workloads that requests are sent to when the release serves: not those that are being added or taken away.
  package var serving: Set<WorkloadID>
  package var createdAt: Date
  package var liveAt: Date?

  /// The release as everybody may see it.
  package var release: Release {
    let components = plan.components.map { component in
      Release.Component(
        name: component.component, stack: component.stack.name, instances: component.instances,
        ports: (state == .live ? servingWorkloads : placedWorkloads).filter {
          $0.workload.component == component.component
        }
        .map(\.port),
        image: component.runtime == .docker ? component.image : nil, descriptorDigest: component.stack.digest)
    }
    return Release(
      app: plan.app, number: plan.release, stack: plan.stack, state: state, url: plan.url, runtime: plan.runtime,
      components: components, source: plan.sourceFolder, descriptorDigest: plan.descriptorDigest, createdAt: createdAt,
      liveAt: liveAt)
  }

  /// Whether its builds have to stay, as it runs from them, or may run from them again.
  package var keepsBuilds: Bool { ![.failed, .removing].contains(state) }

  /// All workloads that there may be: those that it is to have, and those that it has.
  package var workloads: [WorkloadPlan] {
    let more = Set(ports.keys).subtracting(plan.workloads.map(\.id)).sorted().compactMap(plan.workload)
    return plan.workloads + more
  }

  /// The workloads that have a port.
  var placedWorkloads: [Placement] {
    workloads.compactMap { workload in ports[workload.id].map { Placement(workload: workload, port: $0) } }
  }

  /// The workloads that requests are sent to when the release serves.
  package var servingWorkloads: [Placement] { placedWorkloads.filter { serving.contains($0.workload.id) } }

  /// The workloads that have a port and are sent no requests, as they are being added or taken away.
  package var surplus: [Placement] { placedWorkloads.filter { !serving.contains($0.workload.id) } }

  /// The workloads that it is to have and has not.
  package var missing: [WorkloadPlan] { plan.workloads.filter { !serving.contains($0.id) } }

  /// The ways to its workloads, as far as requests are sent there.
  package var routes: [Route] { servingWorkloads.map(\.route) }
}

/// Releases and apps.
extension Store {
  /// The releases of `app`, newest first.
  package func releases(of app: AppName) async throws -> [StoredRelease] {
    try await read { db in try Self.releases(of: app, db) }
  }

  /// The releases of all apps.
  package func releases() async throws -> [StoredRelease] {
    try await read { db in try ReleaseRow.fetchAll(db).map { try Self.stored($0, db) } }
  }

  /// The release of `app` that serves, if there is one.
  package func liveRelease(of app: AppName) async throws -> StoredRelease? {
    try await read { db in try Self.releases(of: app, db).first { $0.state == .live } }
  }

  /// The releases of all apps that serve, by app.
  package func liveReleases() async throws -> [StoredRelease] {
    try await read { db in
      let rows = try ReleaseRow.filter(Column("state") == Release.State.live.rawValue).order(Column("app")).fetchAll(db)
      return try rows.map { try Self.stored($0, db) }
    }
  }

  /// What is being deployed of apps that nothing serves of yet.
  package func pendingPlans() async throws -> [DeploymentPlan] {
    try await read { db in
      try ReleaseRow.filter(sql: "state = 'preparing' AND app NOT IN (SELECT app FROM release WHERE state = 'live')")
        .fetchAll(db).map(\.plan)
    }
  }

  /// How long each release that may have requests has for its last ones.
  package func drains() async throws -> [Duration] {
    try await read { db in
      let states: [Release.State] = [.live, .preparing, .retiring]
      return try ReleaseRow.filter(states.map(\.rawValue).contains(Column("state"))).fetchAll(db).map(\.plan.drain)
    }
  }

  /// Where the releases run, or will run, that serve or are being deployed.
  package func runtimes() async throws -> Set<RuntimeName> {
    try await read { db in
      let inUse: [Release.State] = [.live, .preparing]
      let rows = try ReleaseRow.filter(inUse.map(\.rawValue).contains(Column("state"))).fetchAll(db)
      return Set(rows.map(\.plan.runtime))
    }
  }

  /// The names of all apps that have a release of any kind.
  package func appNames() async throws -> [String] {
    try await read { db in try String.fetchAll(db, sql: "SELECT DISTINCT app FROM release ORDER BY app") }
  }

  /// Tells whether nothing else on this machine has the user that belongs to the number of an app.
  package typealias NumberCheck = @Sendable (_ number: Int) -> Bool

  /// Enters a new release of the plan's app under the next number, which never was given before.
  ///
  /// - Parameters:
  ///   - given: a number that was given, whether or not that is known here.
  ///   - check: is asked for when the app is new, and needs a number that is free.
  /// - Returns: the plan with that number.
  /// - Throws: ``OrchestratorError`` with the code `conflict` when no number is left for a new app.
  package func addRelease(
    _ plan: DeploymentPlan, above given: Int = 0,
    checking check: @escaping @Sendable () -> NumberCheck = { { _ in true } }
  ) async throws -> DeploymentPlan {
    try await write(durably: true) { db in
      try db.execute(
        sql: """
          INSERT INTO app (name, stack, lastRelease) VALUES (:name, :stack, :given + 1)
          ON CONFLICT (name) DO UPDATE SET lastRelease = max(lastRelease, :given) + 1, stack = excluded.stack
          """, arguments: ["name": plan.app.description, "stack": plan.stack.description, "given": given])
      let row = try Row.fetchOne(
        db, sql: "SELECT lastRelease, number FROM app WHERE name = ?", arguments: [plan.app.description])
      let last: Int? = row?["lastRelease"]
      guard let number = last.flatMap(ReleaseNumber.init) else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
      let known: Int? = row?["number"]
      let appNumber = try known ?? Self.numberApp(plan.app, checking: check(), db)
      let numbered = plan.numbered(number, app: appNumber)
      try ReleaseRow(
        app: plan.app.description, number: number.value, state: .preparing, plan: numbered, createdAt: Date()
      ).insert(db)
      return numbered
    }
  }

  /// Gives a new app a number that no app ever had.
  private static func numberApp(_ app: AppName, checking isFree: NumberCheck, _ db: Database) throws -> Int {
    // Also of those that are forgotten, as after a backup was restored.
    let last = try Int.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'appNumber'") ?? 0
    let others = try Int.fetchAll(db, sql: "SELECT number FROM app WHERE number IS NOT NULL")
    guard let number = AppNumber.next(after: last, beside: others, isFree: isFree) else {
      throw OrchestratorError(
        .conflict,
        "no user is left for \(app.description.quoted): each of the \(AppNumber.users - 1) numbers is in use",
        hint: "destroy an app, or have others given with the setting firstUser")
    }
    try db.execute(sql: "INSERT INTO appNumber (number, app) VALUES (?, ?)", arguments: [number, app.description])
    try db.execute(sql: "UPDATE app SET number = ? WHERE name = ?", arguments: [number, app.description])
    return number
  }

  /// The numbers that were ever given, but for those of these apps.
  package func appNumbers(except apps: Set<String>) async throws -> [Int] {
    try await read { db in
      try Row.fetchAll(db, sql: "SELECT number, app FROM appNumber ORDER BY number")
        .filter { !apps.contains($0["app"]) }.map { $0["number"] }
    }
  }

  /// Makes `release` the one that serves, and the one that did so far one to be retired, in one stroke.
  package func commit(_ release: ReleaseNumber, of app: AppName) async throws -> StoredRelease {
    try await write(durably: true) { db in
      let rows = try Self.rows(of: app, db)
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
      try db.execute(
        sql: "UPDATE port SET serves = TRUE WHERE app = ? AND release = ?",
        arguments: [app.description, release.value])
      return try Self.stored(row, db)
    }
  }

  /// Makes the plan that of a release which serves, with requests sent to `serving` of its workloads and to no others.
  package func setWorkloads(_ plan: DeploymentPlan, serving: [WorkloadPlan]) async throws -> StoredRelease {
    try await write(durably: true) { db in
      guard var row = try Self.rows(of: plan.app, db).first(where: { $0.number == plan.release.value }) else {
        throw OrchestratorError(.conflict, "release \(plan.release) of \(plan.app.description.quoted) was destroyed")
      }
      row.plan = plan
      try row.update(db)
      try db.execute(
        sql: "UPDATE port SET serves = FALSE WHERE app = ? AND release = ?",
        arguments: [plan.app.description, plan.release.value])
      for workload in serving { try Self.setServing(true, workload, db) }
      return try Self.stored(row, db)
    }
  }

  /// Notes what became of a release.
  package func mark(_ release: ReleaseNumber, of app: AppName, as state: Release.State) async throws {
    try await write(durably: true) { db in
      try db.execute(
        sql: "UPDATE release SET state = ? WHERE app = ? AND number = ?",
        arguments: [state.rawValue, app.description, release.value])
    }
  }

  /// Forgets one release; its number is not given again.
  package func forget(_ release: ReleaseNumber, of app: AppName) async throws {
    try await write(durably: true) { db in
      for (table, column) in [("release", "number"), ("journal", "release")] {
        try db.execute(
          sql: "DELETE FROM \(table) WHERE app = ? AND \(column) = ?", arguments: [app.description, release.value])
      }
    }
  }

  /// Forgets an app with all its releases, ports and routes.
  package func forget(_ app: AppName) async throws {
    try await write(durably: true) { db in
      try db.execute(sql: "DELETE FROM app WHERE name = ?", arguments: [app.description])
      try db.execute(sql: "DELETE FROM journal WHERE app = ?", arguments: [app.description])
    }
  }

  private static func rows(of app: AppName, _ db: Database) throws -> [ReleaseRow] {
    try ReleaseRow.filter(Column("app") == app.description).order(Column("number").desc).fetchAll(db)
  }

  private static func releases(of app: AppName, _ db: Database) throws -> [StoredRelease] {
    try rows(of: app, db).map { try stored($0, db) }
  }

  private static func stored(_ row: ReleaseRow, _ db: Database) throws -> StoredRelease {
    let ports = try ports(of: row.plan.release, of: row.plan.app, db)
    // A release that serves does so somewhere: an older program that was at work while the tables changed knew of one workload only.
    let isUnsaid = row.state == .live && ports.serving.isEmpty
    return StoredRelease(
      plan: row.plan, state: row.state, ports: ports.all, serving: isUnsaid ? Set(ports.all.keys) : ports.serving,
      createdAt: row.createdAt,
      liveAt: row.liveAt)
  }
}
