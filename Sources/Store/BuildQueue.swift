import Foundation
import GRDB
package import OrchestratorModel
import OrchestratorSystem

/// A place in the queue of those who build or wait to.
private struct BuildPlace: Codable, FetchableRecord, PersistableRecord {
  static let databaseTableName = "buildPlace"

  var number: Int?
  var app: String
  var release: Int
  var component: String
  var processID: Int
  var processStart: Int
  var boot: String?

  var owner: ProcessIdentity { ProcessIdentity(id: processID, start: processStart, boot: boot) }
}

/// Who builds, and who waits to: the first few of the queue build. A place whose owner died does not count.
extension Store {
  /// Takes the last place of the queue for a component.
  package func enterBuildQueue(_ plan: ComponentPlan) async throws {
    let us = ProcessIdentity.current
    try await write { db in
      try BuildPlace(
        app: plan.app.description, release: plan.release.value, component: plan.component?.description ?? "",
        processID: us.id, processStart: us.start, boot: us.boot
      ).insert(db)
    }
  }

  /// How many who live stand before a component.
  package func buildersAhead(of plan: ComponentPlan) async throws -> Int {
    try await read { db in
      // One whose release is done for does not build, even if it could not leave.
      let places = try BuildPlace.fetchAll(
        db,
        sql: """
          SELECT buildPlace.* FROM buildPlace JOIN release ON release.app = buildPlace.app AND release.number = buildPlace.release
          WHERE release.state = 'preparing' ORDER BY buildPlace.number
          """)
      let ahead = places.prefix { place in
        place.app != plan.app.description || place.release != plan.release.value
          || place.component != plan.component?.description ?? ""
      }
      // Many places have the same owner: each is looked at once.
      var isAlive: [Int: Bool] = [ProcessIdentity.current.id: true]
      return ahead.count { place in
        let known = isAlive[place.processID] ?? place.owner.isAlive
        isAlive[place.processID] = known
        return known
      }
    }
  }

  /// Makes sure that a component has no place in the queue.
  package func leaveBuildQueue(_ plan: ComponentPlan) async throws {
    try await write { db in
      try db.execute(
        sql: "DELETE FROM buildPlace WHERE app = ? AND release = ? AND component = ?", arguments: Self.key(of: plan))
    }
  }
}
