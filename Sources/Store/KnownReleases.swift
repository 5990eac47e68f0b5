package import GRDB

/// Every app and release that a store ever knew of, those that are gone among them.
///
/// Only of these it can say that they are gone: what bears the name of another was made where this store knows nothing of it, as when
/// an older copy of its file was put back.
package struct KnownReleases: Sendable {
  /// The highest number that a release of each app had; nil for an app that was destroyed, or made again after that.
  private let apps: [String: Int?]

  package init(_ apps: [String: Int?] = [:]) { self.apps = apps }

  package init(_ db: Database) throws {
    // An app is given a number whenever it is made, which stays when the app goes.
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT name, CASE WHEN (SELECT count(*) FROM appNumber WHERE app = name) > 1 THEN NULL ELSE lastRelease END AS last
        FROM app UNION ALL SELECT DISTINCT app, NULL FROM appNumber WHERE app NOT IN (SELECT name FROM app)
        """)
    apps = Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["last"]) })
  }

  package var isEmpty: Bool { apps.isEmpty }

  package func includes(app: String) -> Bool { apps[app] != nil }

  /// Whether the app had a release of that number.
  package func includes(_ release: Int, of app: String) -> Bool {
    guard let last = apps[app] else { return false }
    return last.map { release <= $0 } ?? true
  }

  /// Whether it knew the release from whose name that of a workload or an image is made, `NAMESPACE-APP-vN…` or `NAMESPACE/APP:vN…`.
  package func includes(named name: String) -> Bool {
    apps.keys.contains { app in
      ["-\(app)-v", "/\(app):v"].contains { part in
        guard let place = name.firstRange(of: part) else { return false }
        return Int(name[place.upperBound...].prefix(while: \.isNumber)).map { includes($0, of: app) } ?? false
      }
    }
  }

  /// Whether it knew of anything that there is.
  func includesAny(of traces: Traces) -> Bool {
    traces.apps.contains(where: includes(app:)) || traces.processes.contains(where: includes(named:))
  }
}

extension Store {
  /// All that it ever knew of.
  package func knownReleases() async throws -> KnownReleases { try await read(KnownReleases.init) }

  /// Whether it never knew of an app.
  package func isBlank() async throws -> Bool { try await read(Self.isBlank) }

  package static func isBlank(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT (SELECT count(*) FROM app) + (SELECT count(*) FROM appNumber)") == 0
  }
}
