import Foundation
import GRDB

/// The right to change one app; one process has it at a time.
struct Lease: Codable, FetchableRecord, PersistableRecord, Sendable {
  static let databaseTableName = "lease"

  /// What the holder does with the app.
  enum Operation: String, Codable, Sendable {
    case deploy, destroy, reconcile
  }

  var app: String
  var operation: Operation
  /// The release that is being deployed.
  var release: Int?
  /// The step that is under way.
  var step: String?
  var processID: Int
  var processStart: Int
  var since: Date

  var owner: ProcessIdentity { ProcessIdentity(id: processID, start: processStart) }
}

extension Store {
  /// Takes the lease of `app` for this process.
  ///
  /// That of a process which died while it held it is ours at once.
  ///
  /// - Throws: ``OrchestratorError`` with the code `busy`, which says who holds it, since when, and at which step.
  func takeLease(of app: AppName, for operation: Lease.Operation) async throws {
    let us = ProcessIdentity.current
    try await write { db in
      let held = try Lease.fetchOne(db, key: app.description)
      if let held, held.owner.isAlive { throw Self.busy(app, held) }
      try Lease(
        app: app.description, operation: operation, processID: us.id, processStart: us.start, since: Date()
      ).upsert(db)
    }
  }

  /// Gives the lease back.
  func giveBackLease(of app: AppName) async throws {
    let us = ProcessIdentity.current
    try await write { db in
      try db.execute(
        sql: "DELETE FROM lease WHERE app = ? AND processID = ? AND processStart = ?",
        arguments: [app.description, us.id, us.start])
    }
  }

  /// The leases that are held, by app.
  func leases() async throws -> [String: Lease] {
    try await read { db in
      Dictionary(try Lease.fetchAll(db).map { ($0.app, $0) }) { first, _ in first }
    }
  }

  private static func busy(_ app: AppName, _ lease: Lease) -> OrchestratorError {
    let release = lease.release.map { " v\($0)" } ?? ""
    let step = lease.step.map { ", at \($0.quoted)" } ?? ""
    let doing =
      switch lease.operation {
      case .deploy: "deployed"
      case .destroy: "destroyed"
      case .reconcile: "brought back"
      }
    return OrchestratorError(
      .busy,
      "\(app.description.quoted)\(release) is being \(doing) by process \(lease.processID) since "
        + "\(lease.since.formatted(.iso8601))\(step)",
      hint: "wait until it is done, then try again")
  }
}
