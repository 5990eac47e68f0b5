package import Foundation
import GRDB
package import OrchestratorModel
package import OrchestratorSystem

/// The right to change one app; one process has it at a time.
package struct Lease: Codable, FetchableRecord, PersistableRecord, Sendable, Equatable {
  static let databaseTableName = "lease"

  /// What the holder does with the app.
  package enum Operation: String, Codable, Sendable {
    case deploy, destroy, scale, maintain, reconcile, recover, prune
  }

  package var app: String
  package var operation: Operation
  /// The release that is being deployed.
  package var release: Int?
  /// The step that is under way.
  package var step: String?
  package var processID: Int
  var processStart: Int
  /// Which start of the machine the process belongs to, where that is known.
  package var boot: String?
  package var since: Date

  package var owner: ProcessIdentity { ProcessIdentity(id: processID, start: processStart, boot: boot) }
}

extension Store {
  /// Takes the lease of `app` for this task.
  ///
  /// That of a process which died while it held it is ours at once, and so is one of our own process that no task of it holds any more.
  ///
  /// - Returns: the lease of another process that lives, or of another task; nil when the lease is ours.
  package func acquireLease(of app: AppName, for operation: Lease.Operation) async throws -> Lease? {
    let us = ProcessIdentity.current
    let lease = Lease(
      app: app.description, operation: operation, processID: us.id, processStart: us.start, boot: us.boot,
      since: Date())
    if let other = HeldLeases.hold(lease, of: file.path) {
      // With the step that it is at.
      let noted = try await leases()[app.description]
      return noted?.isOurs == true ? noted : other
    }
    let result = await Result(catching: {
      try await write { db -> Lease? in
        if let held = try Lease.fetchOne(db, key: app.description), held.owner.isAlive, !held.isOurs { return held }
        try lease.upsert(db)
        return nil
      }
    })
    if case .success(nil) = result { return nil }
    HeldLeases.letGo(lease.app, of: file.path)
    return try result.get()
  }

  /// Gives the lease back. Other tasks of this process can have it from now on, also when that cannot be written down.
  package func releaseLease(of app: AppName) async throws {
    HeldLeases.letGo(app.description, of: file.path)
    try await removeLease(of: app)
  }

  /// Makes sure that no lease of this process which no task holds any more stands in the store.
  package func removeLease(of app: AppName) async throws {
    let us = ProcessIdentity.current
    try await write { [path = file.path] db in
      // Another task may have taken it since.
      guard !HeldLeases.contain(app.description, of: path) else { return }
      try db.execute(
        sql: "DELETE FROM lease WHERE app = ? AND processID = ? AND processStart = ?",
        arguments: [app.description, us.id, us.start])
    }
  }

  /// The leases that are held, by app.
  package func leases() async throws -> [String: Lease] {
    try await read { db in
      Dictionary(try Lease.fetchAll(db).map { ($0.app, $0) }) { first, _ in first }
    }
  }

  /// The leases of those who live, by app.
  package func activeLeases() async throws -> [String: Lease] {
    try await leases().filter { $0.value.isHeld(in: file.path) }
  }

  /// The apps that are being changed at this moment.
  package func appsBeingChanged() async throws -> Set<AppName> { try await apps { _ in true } }

  /// The apps that are being deployed at this moment.
  package func appsBeingDeployed() async throws -> Set<AppName> { try await apps { $0.operation == .deploy } }

  private func apps(with isMeant: (Lease) -> Bool) async throws -> Set<AppName> {
    Set(try await activeLeases().values.filter(isMeant).compactMap { try? AppName($0.app) })
  }

  /// The apps of which something was begun and never ended, and which no living process is at.
  package func unfinishedApps() async throws -> [AppName] {
    try await read { [path = file.path] db in
      let leases = try Lease.fetchAll(db)
      let inTheMiddle = try String.fetchSet(
        db,
        sql: """
          SELECT app FROM release WHERE state IN ('preparing', 'retiring', 'removing')
          UNION SELECT app FROM release WHERE state = 'live' AND app NOT IN (SELECT app FROM route)
          UNION SELECT port.app FROM port JOIN release ON release.app = port.app AND release.number = port.release
            WHERE release.state = 'live' AND NOT port.serves
          """)
      let held = Set(leases.filter { $0.isHeld(in: path) }.map(\.app))
      return inTheMiddle.union(leases.map(\.app)).subtracting(held).sorted().compactMap { try? AppName($0) }
    }
  }
}

extension Lease {
  /// That the holder of the lease was not disturbed.
  package var leftAlone: Notice { Notice(.leftToOther, .warning, about: subject, "\(description): left to it") }

  /// What is being done by its holder.
  package var subject: Notice.Subject {
    Notice.Subject(app: try? AppName(app), release: release.flatMap(ReleaseNumber.init))
  }

  /// Whether a task of this process took it.
  package var isOurs: Bool { processID == ProcessIdentity.current.id && processStart == ProcessIdentity.current.start }

  /// Whether a living process, or a task of this one, holds it, where it stands in a store.
  func isHeld(in store: String) -> Bool { isOurs ? HeldLeases.contain(app, of: store) : owner.isAlive }

  /// Who holds the lease, since when, and at which step.
  package var description: String {
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
