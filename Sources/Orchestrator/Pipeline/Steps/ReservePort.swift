import OrchestratorModel
import OrchestratorSystem
import OrchestratorRuntimes
import OrchestratorStore

/// Gives the workload a port of its own; one that can come later goes without when there is none.
struct ReservePort: Step {
  let workload: WorkloadPlan
  /// Whether it cannot come later.
  let isNeeded: Bool
  let store: Store
  let runtime: any WorkloadRunner
  let report: EventSink

  var id: DeploymentStep { workload.step(.reservePort) }

  func run() async throws -> TCPPort? {
    let reservation: Store.Reservation
    do { reservation = try await store.reservePort(for: workload) } catch let error as OrchestratorError
      where error.code == .portsExhausted && !isNeeded
    {
      report(
        .note(
          .instancePostponed, .warning, about: Notice.Subject(workload),
          "\(workload.title) finds no free port in \(workload.stack.internalPorts); it follows when the release before is stopped"
        ))
      return nil
    }
    for port in reservation.takenByOthers {
      let owner = PortOwner.words(for: port)
      report(
        .note(
          .portInUse, about: Notice.Subject(workload), "port \(port) is in use by \(owner); took \(reservation.port)",
          context: ["port": port.description, "owner": owner]))
    }
    return reservation.port
  }

  func detail(of port: TCPPort?) -> String { port.map { "\(runtime.address(on: $0))" } ?? "none is free yet" }
}
