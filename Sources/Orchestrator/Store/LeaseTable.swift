import Foundation
import GRDB

/// The right to change one app; one process has it at a time.
struct Lease: Codable, FetchableRecord, PersistableRecord, Sendable, Equatable {
  static let databaseTableName = "lease"

  /// What the holder does with the app.
  enum Operation: String, Codable, Sendable {
    case deploy, destroy, scale, maintain, reconcile, recover, prune
  }

  var app: String
  var operation: Operation
  /// The release that is being deployed.
  var release: Int?
  /// The step that is under way.
  var step: String?
  var processID: Int
  var processStart: Int
  /// Which start of the machine the process belongs to, where that is known.
  var boot: String?
  var since: Date

  var owner: ProcessIdentity { ProcessIdentity(id: processID, start: processStart, boot: boot) }
}

extension Store {
  /// Takes the lease of `app` for this process.
  ///
  /// That of a process which died while it held it is ours at once.
  ///
  /// - Returns: the lease of another process that lives; nil when the lease is ours.
  func takeLease(of app: AppName, for operation: Lease.Operation) async throws -> Lease? {
    let us = ProcessIdentity.current
    return try await write { db in
      let held = try Lease.fetchOne(db, key: app.description)
      if let held, held.owner.isAlive { return held }
      try Lease(
        app: app.description, operation: operation, processID: us.id, processStart: us.start, boot: us.boot,
        since: Date()
      ).upsert(db)
      return nil
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

  /// The leases of those who live, by app.
  func livingLeases() async throws -> [String: Lease] { try await leases().filter(\.value.owner.isAlive) }

  /// The apps of which something was begun and never ended, and which nobody who lives is at.
  func unfinishedApps() async throws -> [AppName] {
    try await read { db in
      let leases = try Lease.fetchAll(db)
      let inTheMiddle = try String.fetchSet(
        db,
        sql: """
          SELECT app FROM release WHERE state IN ('preparing', 'retiring', 'removing')
          UNION SELECT app FROM release WHERE state = 'live' AND app NOT IN (SELECT app FROM route)
          UNION SELECT port.app FROM port JOIN release ON release.app = port.app AND release.number = port.release
            WHERE release.state = 'live' AND NOT port.serves
          """)
      let held = Set(leases.filter(\.owner.isAlive).map(\.app))
      return inTheMiddle.union(leases.map(\.app)).subtracting(held).sorted().compactMap { try? AppName($0) }
    }
  }
}

extension Lease {
  /// Who holds the lease, since when, and at which step.
  var description: String {
    let release = release.map { " v\($0)" } ?? ""
    let step = step.map { ", at \($0.quoted)" } ?? ""
    let doing =
      switch operation {
      case .deploy: "deployed"
      case .destroy: "destroyed"
      case .scale: "scaled"
      case .maintain: "put in or out of maintenance"
      case .reconcile: "brought back"
      case .recover: "put in order"
      case .prune: "pruned"
      }
    return "\(app.quoted)\(release) is being \(doing) by process \(processID) since \(since.formatted(.iso8601))\(step)"
  }
}
