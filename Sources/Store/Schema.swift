import GRDB
import OrchestratorModel

/// The tables, and how each version of them became the next. A migration that was released is never changed.
package enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1", migrate: createTables)
    migrator.registerMigration("v2", migrate: numberApps)
    migrator.registerMigration("v3", migrate: addComponents)
    migrator.registerMigration("v4") { db in
      // A process id and its start tell a process apart until the machine is started again.
      try db.alter(table: "lease") { table in table.add(column: "boot", .text) }
    }
    migrator.registerMigration("v5", migrate: createBuildQueue)
    migrator.registerMigration("v6", migrate: addInstances)
    migrator.registerMigration("v7", migrate: nameInstallation)
    return migrator
  }

  /// Makes or updates the tables.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_too_new` if a newer program made them.
  static func migrate(_ database: DatabaseQueue, file: String) throws {
    if try database.read(migrator.hasBeenSuperseded) {
      throw OrchestratorError(
        .stateTooNew, "the state file \(file.quoted) was made by a newer orchestrator",
        hint: "update this program, or choose another state folder with --home; apps go on serving")
    }
    try migrator.migrate(database)
  }

  private static func createTables(_ db: Database) throws {
    try db.create(table: "app") { table in
      table.primaryKey("name", .text)
      table.column("stack", .text).notNull()
      table.column("lastRelease", .integer).notNull()
    }
    try db.create(table: "release") { table in
      table.column("app", .text).notNull().references("app", onDelete: .cascade)
      table.column("number", .integer).notNull()
      table.column("state", .text).notNull()
      table.column("plan", .jsonText).notNull()
      table.column("port", .integer)
      table.column("createdAt", .datetime).notNull()
      table.column("liveAt", .datetime)
      table.primaryKey(["app", "number"])
    }
    // The primary key is what keeps two releases from ever getting one port.
    try db.create(table: "port") { table in
      table.primaryKey("number", .integer)
      table.column("app", .text).notNull()
      table.column("release", .integer).notNull()
      table.foreignKey(["app", "release"], references: "release", columns: ["app", "number"], onDelete: .cascade)
    }
    try db.create(table: "route") { table in
      table.column("app", .text).notNull().references("app", onDelete: .cascade)
      table.column("role", .text).notNull()
      table.column("release", .integer).notNull()
      table.column("host", .text).notNull()
      table.column("publicPort", .integer).notNull()
      table.column("internalPort", .integer).notNull()
      table.primaryKey(["app", "role"])
      table.uniqueKey(["host", "role"])
    }
    try db.create(table: "lease") { table in
      table.primaryKey("app", .text)
      table.column("operation", .text).notNull()
      table.column("release", .integer)
      table.column("step", .text)
      table.column("processID", .integer).notNull()
      table.column("processStart", .integer).notNull()
      table.column("since", .datetime).notNull()
    }
    try db.create(table: "journal") { table in
      table.autoIncrementedPrimaryKey("id")
      table.column("app", .text).notNull()
      table.column("release", .integer).notNull()
      table.column("step", .text).notNull()
      table.column("phase", .text).notNull()
      table.column("at", .datetime).notNull()
    }
    try db.create(table: "proxy") { table in
      table.primaryKey("id", .integer).check { $0 == 1 }
      table.column("generation", .integer).notNull()
    }
    try db.execute(sql: "INSERT INTO proxy (id, generation) VALUES (1, 0)")
  }

  /// Each app has a number of its own, from which the user that its processes run as is made. None is given twice, so that no app
  /// inherits what another app's user left behind.
  private static func numberApps(_ db: Database) throws {
    try db.alter(table: "app") { table in table.add(column: "number", .integer) }
    try db.create(index: "app_number", on: "app", columns: ["number"], options: .unique)
    try db.create(table: "appNumber") { table in
      table.autoIncrementedPrimaryKey("number")
      table.column("app", .text).notNull()
    }
    try db.execute(sql: "INSERT INTO appNumber (app) SELECT name FROM app ORDER BY name")
    try db.execute(sql: "UPDATE app SET number = (SELECT number FROM appNumber WHERE appNumber.app = app.name)")
  }

  /// Whose turn it is to build is the order of the numbers, of which none is given twice.
  private static func createBuildQueue(_ db: Database) throws {
    try db.create(table: "buildPlace") { table in
      table.autoIncrementedPrimaryKey("number")
      table.column("app", .text).notNull()
      table.column("release", .integer).notNull()
      table.column("component", .text).notNull()
      table.column("processID", .integer).notNull()
      table.column("processStart", .integer).notNull()
      table.column("boot", .text)
      table.uniqueKey(["app", "release", "component"], onConflict: .replace)
      table.foreignKey(["app", "release"], references: "release", columns: ["app", "number"], onDelete: .cascade)
    }
  }

  /// A component has instances, each with a port and a route of its own. Plans and routes from before have one, and the limits that
  /// all apps had.
  private static func addInstances(_ db: Database) throws {
    try db.alter(table: "port") { table in
      table.add(column: "instance", .integer).notNull().defaults(to: 1)
      // Whether requests are sent there when its release serves: not while it is being added or taken away.
      table.add(column: "serves", .boolean).notNull().defaults(to: false)
    }
    try db.drop(index: "port_component")
    try db.create(
      index: "port_workload", on: "port", columns: ["app", "release", "component", "instance"], options: .unique)
    try db.execute(
      sql: """
        UPDATE port SET serves = TRUE WHERE (app, release) IN (
          SELECT app, number FROM release WHERE state IN ('live', 'retiring', 'retired'))
        """)
    try db.alter(table: "journal") { table in table.add(column: "instance", .integer) }
    let http = #"{"bodyLimit":104857600,"timeout":300,"buffersRequests":false,"buffersResponses":true,"keepAlive":1}"#
    try db.execute(
      sql: """
        UPDATE release SET plan = json_set(plan,
          '$.first.instances', 1, '$.first.http', json(:http), '$.first.stack.http', json(:http),
          '$.others', json((
            SELECT json_group_array(
              json_set(value, '$.instances', 1, '$.http', json(:http), '$.stack.http', json(:http)))
            FROM json_each(plan, '$.others'))))
        """, arguments: ["http": http])
    try addInstancesToRoutes(db, http: http)
    try db.create(table: "maintenance") { table in
      table.primaryKey("app", .text).references("app", onDelete: .cascade)
      table.column("message", .text)
    }
  }

  /// An installation bears an id. What one has made that knew of apps before bears none.
  private static func nameInstallation(_ db: Database) throws {
    try db.create(table: "installation") { table in
      table.primaryKey("id", .text)
      table.column("isOlderThanIDs", .boolean).notNull()
    }
    try InstallationID(isOlderThanIDs: !Store.isBlank(db)).insert(db)
  }

  private static func addInstancesToRoutes(_ db: Database, http: String) throws {
    try db.rename(table: "route", to: "routeBefore")
    try db.create(table: "route") { table in
      table.column("app", .text).notNull().references("app", onDelete: .cascade)
      table.column("role", .text).notNull()
      table.column("instance", .integer).notNull()
      table.column("release", .integer).notNull()
      table.column("host", .text).notNull()
      table.column("publicPort", .integer).notNull()
      table.column("paths", .jsonText).notNull()
      table.column("internalPort", .integer).notNull()
      table.column("http", .jsonText).notNull()
      table.primaryKey(["app", "role", "instance"])
      table.uniqueKey(["host", "role", "instance"])
    }
    try db.execute(
      sql: """
        INSERT INTO route (app, role, instance, release, host, publicPort, paths, internalPort, http)
        SELECT app, role, 1, release, host, publicPort, paths, internalPort, ? FROM routeBefore
        """, arguments: [http])
    try db.drop(table: "routeBefore")
  }

  /// A release has components, each with a port and a step of its own. Plans from before have one, without a name.
  private static func addComponents(_ db: Database) throws {
    try db.alter(table: "port") { table in table.add(column: "component", .text).notNull().defaults(to: "") }
    try db.create(index: "port_component", on: "port", columns: ["app", "release", "component"], options: .unique)
    try db.alter(table: "journal") { table in table.add(column: "component", .text) }
    try db.alter(table: "route") { table in table.add(column: "paths", .jsonText).notNull().defaults(to: "[]") }
    try db.alter(table: "release") { table in table.drop(column: "port") }
    try db.execute(
      sql: """
        UPDATE release SET plan = json_object(
          'stack', json_extract(plan, '$.stack.name'), 'descriptorDigest', json_extract(plan, '$.stack.digest'),
          'sourceFolder', json_extract(plan, '$.sourceFolder'), 'others', json_array(), 'remarks', json_array(),
          'first', json_remove(json_set(plan,
            '$.stack.paths', json_array(), '$.buildEnvironment', json_object(),
            '$.appProcesses', json_extract(plan, '$.stack.limits.pids'),
            '$.runtime', coalesce(json_extract(plan, '$.chosenRuntime'), 'docker')), '$.chosenRuntime'))
        """)
  }
}
