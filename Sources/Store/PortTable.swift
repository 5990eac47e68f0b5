package import GRDB
package import OrchestratorModel
import OrchestratorSystem

/// Which workload of which release has which internal port.
extension Store {
  /// A port that was given to a workload, and those that other programs sat on.
  package struct Reservation: Sendable, Equatable {
    package let port: TCPPort
    package let takenByOthers: [TCPPort]
  }

  /// Gives the workload the lowest port of its stack's range that no workload has and that can be listened on.
  ///
  /// Two processes can ask at once: the write is exclusive, and the table cannot hold a port twice.
  ///
  /// - Throws: ``OrchestratorError`` with the code `ports_exhausted`.
  package func reservePort(
    for workload: WorkloadPlan, isFree: @escaping @Sendable (TCPPort) -> Bool = { PortProbe.isFree($0) }
  ) async throws -> Reservation {
    try await write { db in try Self.reserve(for: workload, isFree: isFree, db) }
  }

  /// Gives the workload another port in place of the one it has, which another program took while it did not run.
  ///
  /// - Throws: ``OrchestratorError`` with the code `ports_exhausted`; then it keeps the one it has.
  package func reassignPort(
    of workload: WorkloadPlan, isFree: @escaping @Sendable (TCPPort) -> Bool = { PortProbe.isFree($0) }
  ) async throws -> TCPPort {
    try await write(durably: true) { db in
      let serves = try Bool.fetchOne(
        db, sql: "SELECT serves FROM port WHERE \(Self.isWorkload)", arguments: Self.key(of: workload))
      try Self.free(of: workload, db)
      let port = try Self.reserve(for: workload, isFree: isFree, db).port
      try db.execute(
        sql: "UPDATE port SET serves = ? WHERE number = ?", arguments: [serves ?? false, port.number])
      return port
    }
  }

  /// Gives the workload the port that it had before it was given another, which nothing listens on.
  package func givePort(_ port: TCPPort, to workload: WorkloadPlan) async throws {
    try await write(durably: true) { db in
      try db.execute(
        sql: "UPDATE port SET number = ? WHERE \(Self.isWorkload)", arguments: [port.number] + Self.key(of: workload))
    }
  }

  private static func reserve(
    for workload: WorkloadPlan, isFree: (TCPPort) -> Bool, _ db: Database
  ) throws -> Reservation {
    let range = workload.stack.internalPorts
    let given = try Set(Int.fetchAll(db, sql: "SELECT number FROM port"))
    var foreign: [TCPPort] = []
    for port in range.ports where !given.contains(Int(port.number)) {
      guard isFree(port) else {
        foreign.append(port)
        continue
      }
      try db.execute(
        sql: "INSERT INTO port (number, app, release, component, instance) VALUES (?, ?, ?, ?, ?)",
        arguments: [port.number] + key(of: workload))
      return Reservation(port: port, takenByOthers: foreign)
    }
    throw exhausted(workload.stack, foreign: foreign)
  }

  /// How many ports of the range could be given to a workload.
  package func freePorts(
    in range: PortRange, isFree: @escaping @Sendable (TCPPort) -> Bool = { PortProbe.isFree($0) }
  ) async throws -> Int {
    let given = try await reservedPorts()
    return range.ports.count { !given.contains($0) && isFree($0) }
  }

  /// Makes sure that the workload has no port.
  package func freePort(of workload: WorkloadPlan) async throws {
    try await write { db in try Self.free(of: workload, db) }
  }

  private static func free(of workload: WorkloadPlan, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM port WHERE \(isWorkload)", arguments: key(of: workload))
  }

  /// The ports that anything of ours has.
  package func reservedPorts() async throws -> Set<TCPPort> {
    try await read { db in Set(try Int.fetchAll(db, sql: "SELECT number FROM port").compactMap { TCPPort($0) }) }
  }

  /// Has requests sent to a workload from now on, or not any more, when its release serves.
  static func setServing(_ serves: Bool, _ workload: WorkloadPlan, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE port SET serves = ? WHERE \(isWorkload)", arguments: [serves] + key(of: workload))
  }

  /// The ports that the workloads of a release have, and those of them that requests are sent to when it serves.
  package static func ports(
    of release: ReleaseNumber, of app: AppName, _ db: Database
  ) throws -> (all: [WorkloadID: TCPPort], serving: Set<WorkloadID>) {
    let rows = try Row.fetchAll(
      db, sql: "SELECT component, instance, number, serves FROM port WHERE app = ? AND release = ?",
      arguments: [app.description, release.value])
    return rows.reduce(into: ([:], [])) { ports, row in
      let component: String = row["component"]
      let id = WorkloadID(component: try? ComponentName(component), instance: row["instance"])
      ports.all[id] = TCPPort(row["number"])
      if row["serves"] { ports.serving.insert(id) }
    }
  }

  private static let isWorkload = "app = ? AND release = ? AND component = ? AND instance = ?"

  private static func key(of workload: WorkloadPlan) -> StatementArguments {
    key(of: workload.plan) + [workload.instance]
  }

  /// How a table knows a component; one without a name is the empty text, of which there can be only one for each release.
  package static func key(of plan: ComponentPlan) -> StatementArguments {
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
