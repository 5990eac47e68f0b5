import Foundation
package import GRDB
package import OrchestratorModel
import OrchestratorSystem

extension Installation: FetchableRecord, PersistableRecord {
  package static let databaseTableName = "installation"
}

extension StateFolder {
  /// Writes down whose the folder is.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable` or `disk_full`.
  package func belong(to installation: Installation) throws {
    do {
      try Durable.replace(installationFile, with: JSONEncoder().encode(installation))
    } catch {
      throw unwritable(error)
    }
    FaultPoint.pass("installation named")
  }
}

extension Store {
  package static func installation(_ db: Database) throws -> Installation? { try Installation.fetchOne(db) }

  static func setInstallation(_ installation: Installation, _ db: Database) throws {
    try Installation.deleteAll(db)
    try installation.insert(db)
  }
}
