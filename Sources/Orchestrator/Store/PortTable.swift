import GRDB

/// Which release has which internal port.
extension Store {
  /// A port that was given to a release, and those that other programs sat on.
  struct Reservation: Sendable, Equatable {
    let port: TCPPort
    let takenByOthers: [TCPPort]
  }

  /// Gives the release the lowest port of its stack's range that nobody has and that can be listened on.
  ///
  /// Two processes can ask at once: the write is exclusive, and the table cannot hold a port twice.
  ///
  /// - Throws: ``OrchestratorError`` with the code `ports_exhausted`.
  func reservePort(
    for plan: DeploymentPlan, isFree: @escaping @Sendable (TCPPort) -> Bool = { PortProbe.isFree($0) }
  ) async throws -> Reservation {
    try await write { db in
      let range = plan.stack.internalPorts
      let given = try Set(Int.fetchAll(db, sql: "SELECT number FROM port"))
      var foreign: [TCPPort] = []
      for port in range.ports where !given.contains(Int(port.number)) {
        guard isFree(port) else {
          foreign.append(port)
          continue
        }
        try db.execute(
          sql: "INSERT INTO port (number, app, release) VALUES (?, ?, ?)",
          arguments: [port.number, plan.app.description, plan.release.value])
        try db.execute(
          sql: "UPDATE release SET port = ? WHERE app = ? AND number = ?",
          arguments: [port.number, plan.app.description, plan.release.value])
        return Reservation(port: port, takenByOthers: foreign)
      }
      throw Self.exhausted(plan.stack, foreign: foreign)
    }
  }

  /// Makes sure that the release has no port.
  func freePort(of release: ReleaseNumber, of app: AppName) async throws {
    try await write { db in
      let arguments: StatementArguments = [app.description, release.value]
      try db.execute(sql: "DELETE FROM port WHERE app = ? AND release = ?", arguments: arguments)
      try db.execute(sql: "UPDATE release SET port = NULL WHERE app = ? AND number = ?", arguments: arguments)
    }
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
