import GRDB

/// Which component of which release has which internal port.
extension Store {
  /// A port that was given to a component, and those that other programs sat on.
  struct Reservation: Sendable, Equatable {
    let port: TCPPort
    let takenByOthers: [TCPPort]
  }

  /// Gives the component the lowest port of its stack's range that nobody has and that can be listened on.
  ///
  /// Two processes can ask at once: the write is exclusive, and the table cannot hold a port twice.
  ///
  /// - Throws: ``OrchestratorError`` with the code `ports_exhausted`.
  func reservePort(
    for plan: ComponentPlan, isFree: @escaping @Sendable (TCPPort) -> Bool = { PortProbe.isFree($0) }
  ) async throws -> Reservation {
    try await write { db in try Self.reserve(for: plan, isFree: isFree, db) }
  }

  /// Gives the component another port in place of the one it has, which another program took while it did not run.
  ///
  /// - Throws: ``OrchestratorError`` with the code `ports_exhausted`; then it keeps the one it has.
  func exchangePort(
    of plan: ComponentPlan, isFree: @escaping @Sendable (TCPPort) -> Bool = { PortProbe.isFree($0) }
  ) async throws -> TCPPort {
    try await write { db in
      try Self.free(of: plan, db)
      return try Self.reserve(for: plan, isFree: isFree, db).port
    }
  }

  private static func reserve(
    for plan: ComponentPlan, isFree: (TCPPort) -> Bool, _ db: Database
  ) throws -> Reservation {
    let range = plan.stack.internalPorts
    let given = try Set(Int.fetchAll(db, sql: "SELECT number FROM port"))
    var foreign: [TCPPort] = []
    for port in range.ports where !given.contains(Int(port.number)) {
      guard isFree(port) else {
        foreign.append(port)
        continue
      }
      try db.execute(
        sql: "INSERT INTO port (number, app, release, component) VALUES (?, ?, ?, ?)",
        arguments: [port.number] + key(of: plan))
      return Reservation(port: port, takenByOthers: foreign)
    }
    throw exhausted(plan.stack, foreign: foreign)
  }

  /// Makes sure that the component has no port.
  func freePort(of plan: ComponentPlan) async throws {
    try await write { db in try Self.free(of: plan, db) }
  }

  private static func free(of plan: ComponentPlan, _ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM port WHERE app = ? AND release = ? AND component = ?", arguments: key(of: plan))
  }

  /// The ports that anything of ours has.
  func givenPorts() async throws -> Set<TCPPort> {
    try await read { db in Set(try Int.fetchAll(db, sql: "SELECT number FROM port").compactMap { TCPPort($0) }) }
  }

  /// The ports that the components of a release have.
  func ports(of release: ReleaseNumber, of app: AppName) async throws -> [ComponentName?: TCPPort] {
    try await read { db in try Self.ports(of: release, of: app, db) }
  }

  static func ports(of release: ReleaseNumber, of app: AppName, _ db: Database) throws -> [ComponentName?: TCPPort] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT component, number FROM port WHERE app = ? AND release = ?",
      arguments: [app.description, release.value])
    return rows.reduce(into: [:]) { ports, row in
      let component: String = row["component"]
      ports[try? ComponentName(component)] = TCPPort(row["number"])
    }
  }

  /// How a table knows a component; one without a name is the empty text, of which there can be only one for each release.
  static func key(of plan: ComponentPlan) -> StatementArguments {
    [plan.app.description, plan.release.value, plan.component?.description ?? ""]
  }

  private static func exhausted(_ stack: StackDescriptor, foreign: [TCPPort]) -> OrchestratorError {
    let range = stack.internalPorts
    let others = foreign.isEmpty ? "" : "; \(foreign.count) of them by programs that are not ours"
    return OrchestratorError(
      .portsExhausted,
      "all \(range.count) internal ports of \(stack.name.description.quoted) (\(range)) are in use\(others)",
      hint: "destroy an app, or widen internalPorts in the stack's descriptor")
  }
}
