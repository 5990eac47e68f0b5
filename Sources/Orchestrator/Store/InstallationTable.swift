import Foundation
import GRDB

extension Installation: FetchableRecord, PersistableRecord {
  static let databaseTableName = "installation"
}

extension StateFolder {
  /// Writes down whose the folder is.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable` or `disk_full`.
  func belong(to installation: Installation) throws {
    do {
      try Durable.replace(installationFile, with: JSONEncoder().encode(installation))
    } catch {
      throw unwritable(error)
    }
    FaultPoint.pass("installation named")
  }
}

extension Store {
  static func installation(_ db: Database) throws -> Installation? { try Installation.fetchOne(db) }

  static func setInstallation(_ installation: Installation, _ db: Database) throws {
    try Installation.deleteAll(db)
    try installation.insert(db)
  }
}
