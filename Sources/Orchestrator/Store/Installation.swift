import Foundation
import GRDB

/// What tells an installation apart from every other, also from one that had the same state folder before.
///
/// It stands in the store, in the file `installation` of the state folder, and on all that is made in Docker.
struct Installation: Codable, Equatable, Sendable, FetchableRecord, PersistableRecord {
  static let databaseTableName = "installation"

  var id = UUID().uuidString.lowercased()
  /// Whether some of what it has was made before there were ids, and bears none.
  var isOlderThanIDs = false
}

extension StateFolder {
  private var installationFile: String { path + "/installation" }

  /// Whose the folder is; nil where that was never written down, or cannot be read.
  var installation: Installation? {
    FileManager.default.contents(atPath: installationFile).flatMap {
      try? JSONDecoder().decode(Installation.self, from: $0)
    }
  }

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
