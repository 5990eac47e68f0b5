import Foundation
package import GRDB
package import OrchestratorModel
import OrchestratorSystem

extension InstallationID: FetchableRecord, PersistableRecord {
  package static let databaseTableName = "installation"
}

extension StateFolder {
  /// Writes down whose the folder is.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable` or `disk_full`.
  package func belong(to installation: InstallationID) throws {
    do {
      try Durable.replace(installationFile, with: JSONEncoder().encode(installation))
    } catch {
      throw unwritable(error)
    }
    FaultPoint.pass("installation named")
  }
}

extension Store {
  package static func installation(_ db: Database) throws -> InstallationID? { try InstallationID.fetchOne(db) }

  static func setInstallation(_ installation: InstallationID, _ db: Database) throws {
    try InstallationID.deleteAll(db)
    try installation.insert(db)
  }
}
