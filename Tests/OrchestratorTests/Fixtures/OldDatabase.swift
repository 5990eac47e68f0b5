import Foundation
import GRDB

@testable import Orchestrator

/// Writes a state file as an older program left it, whose schema was `version`, and gives back its folder.
func stateFolder(
  ofSchema version: String, in folder: TemporaryFolder, _ fill: @escaping @Sendable (Database) throws -> Void
) async throws -> StateFolder {
  let home = StateFolder(try folder.makeFolder("home"))
  let database = try DatabaseQueue(path: home.database)
  try Schema.migrator.migrate(database, upTo: version)
  try await database.write(fill)
  try database.close()
  return home
}
