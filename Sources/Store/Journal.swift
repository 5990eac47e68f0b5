package import Foundation
import GRDB
package import OrchestratorModel

/// What a deployment has begun, done and undone, written before and after each step.
package struct JournalEntry: Codable, FetchableRecord, PersistableRecord, Sendable, Equatable {
  package static let databaseTableName = "journal"

  /// What happened to a step.
  package enum Phase: String, Codable, Sendable {
    case begun, done, undone
  }

  package var app: String
  package var release: Int
  package var step: StepName
  /// The component of the app; nil when it has none, or when the step is done for all of them.
  package var component: String?
  /// Which of its instances; nil when it has one only, or when the step is done for all of them.
  package var instance: Int?
  package var phase: Phase
  package var at: Date

  /// The step, and of which component.
  package var deploymentStep: DeploymentStep {
    DeploymentStep(step, of: component.flatMap { try? ComponentName($0) }, instance: instance)
  }
}

/// Where a saga writes down what it does.
package protocol Journal: Sendable {
  /// Notes that a step was begun, is done, or was undone.
  func note(_ phase: JournalEntry.Phase, _ step: DeploymentStep, of app: AppName, _ release: ReleaseNumber) async throws
}

extension Store: Journal {
  package func note(
    _ phase: JournalEntry.Phase, _ step: DeploymentStep, of app: AppName, _ release: ReleaseNumber
  ) async throws {
    try await write { db in
      try JournalEntry(
        app: app.description, release: release.value, step: step.name, component: step.component?.description,
        instance: step.instance, phase: phase, at: Date()
      ).insert(db)
      guard phase == .begun else { return }
      try db.execute(
        sql: "UPDATE lease SET release = ? WHERE app = ?", arguments: [release.value, app.description])
      try Self.noteStep(step.description, of: app, db)
    }
  }

  /// Notes in words what the holder of an app's lease is at.
  package func noteStep(_ text: String, of app: AppName) async throws {
    try await write { db in try Self.noteStep(text, of: app, db) }
  }

  private static func noteStep(_ text: String, of app: AppName, _ db: Database) throws {
    try db.execute(sql: "UPDATE lease SET step = ? WHERE app = ?", arguments: [text, app.description])
  }

  /// When something was done last, by the clock of that moment; nil before anything was.
  package func latestTime() async throws -> Date? {
    try await read { db in
      try Date.fetchOne(db, sql: "SELECT max(at) FROM (SELECT at FROM journal UNION SELECT createdAt FROM release)")
    }
  }

  /// What was noted of a release, oldest first.
  package func journal(of app: AppName, _ release: ReleaseNumber) async throws -> [JournalEntry] {
    try await read { db in
      try JournalEntry.filter(Column("app") == app.description && Column("release") == release.value)
        .order(Column("id")).fetchAll(db)
    }
  }
}
