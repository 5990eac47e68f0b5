/// Gives the release a port of its own.
struct ReservePort: Step {
  let plan: ComponentPlan
  let store: Store
  let report: EventSink

  var id: DeploymentStep { DeploymentStep(.reservePort, of: plan.component) }

  func run() async throws -> TCPPort {
    let reservation = try await store.reservePort(for: plan)
    for port in reservation.takenByOthers {
      let owner = PortOwner.words(for: port)
      report(.note("port \(port) is in use by \(owner); took \(reservation.port)"))
    }
    return reservation.port
  }

  func undo() async throws { try await store.freePort(of: plan) }

  func detail(of port: TCPPort) -> String { "127.0.0.1:\(port)" }
}
