import OrchestratorModel
import OrchestratorSystem
import OrchestratorRuntimes

/// Asks the release until it has answered well several times in a row; gives up at once when it ends.
struct AwaitHealthy: Step {
  /// How many lines of the app's output an error shows.
  static let shownLines = 20

  let workload: WorkloadPlan
  let port: TCPPort
  let runtime: any WorkloadRunner
  let probe: HealthProbe
  let report: EventSink
  var clock: any Clock<Duration> = .continuous

  var id: DeploymentStep { workload.step(.awaitHealthy) }

  func run() async throws -> HealthProbe.Outcome {
    let watch = clock.stopwatch
    var inARow = 0
    while true {
      try await ensureRunning()
      let outcome = try await probe.ask(workload.plan, at: runtime.address(on: port))
      let isGood = outcome.isHealthy(workload.stack.health)
      // Looked at after each good answer: what comes next is from the app as well, which has the port from one look to the other.
      if isGood, await ownListeners() == nil { throw stranger() }
      inARow = isGood ? inARow + 1 : 0
      if inARow >= workload.stack.health.successes {
        await noteOpenPort()
        try await keepRunning()
        return outcome
      }
      if watch.elapsed > workload.stack.health.startPeriod { throw await unhealthy(outcome) }
      // Between good answers there is nothing to wait for but a crash; a short pause shows it as well.
      try await clock.sleep(
        for: inARow > 0 ? min(workload.stack.health.interval, .milliseconds(50)) : pause(after: watch.elapsed))
    }
  }

  /// Has the release started again from now on when it ends, and makes sure that it did not end just before.
  private func keepRunning() async throws {
    try await runtime.keepRunning(workload)
    try await ensureRunning()
  }

  /// The app's sockets on the port, as far as others could reach them; nil when it was not the app that answered, as any process may listen
  /// on a port of this machine.
  private func ownListeners() async -> [SocketAddress]? {
    guard let found = await runtime.listeners(of: workload, on: port), !found.isNetworkIsolated else { return [] }
    let own = found.listeners.filter { $0.port == port }
    return own.isEmpty ? nil : own
  }

  private func stranger() -> OrchestratorError {
    OrchestratorError(
      .startFailed, "not \(workload.title) but \(PortOwner.words(for: port)) answers on \(runtime.address(on: port))",
      hint: "deploy again: another port will be chosen")
  }

  /// A process that listens on all addresses can be reached around the proxy, which a container cannot; that is said.
  private func noteOpenPort() async {
    guard await ownListeners()?.contains(where: { !$0.isLoopback }) == true else { return }
    report(
      .note(
        .reachableAroundProxy, .warning, about: Notice.Subject(workload),
        "\(workload.title) listens on port \(port) of all addresses: other machines can reach it around the proxy; have it listen "
          + "on the address in $HOST"))
  }

  func detail(of outcome: HealthProbe.Outcome) -> String {
    let status = if case .answered(let status, _, _) = outcome { " \(status)" } else { "" }
    return "GET \(workload.healthPath)\(status), \(workload.stack.health.successes) in a row"
  }

  /// The pause before the next request: short at first, since most apps are up within a moment.
  private func pause(after elapsed: Duration) -> Duration {
    switch elapsed {
    case ..<Duration.seconds(2): min(workload.stack.health.interval, .milliseconds(20))
    case ..<Duration.seconds(5): min(workload.stack.health.interval, .milliseconds(100))
    default: workload.stack.health.interval
    }
  }

  /// Makes sure that the release still runs.
  func ensureRunning() async throws {
    let state = try await runtime.state(of: workload)
    if let state, state.phase == .running { return }
    throw await ended(state)
  }

  private func ended(_ state: WorkloadState?) async -> OrchestratorError {
    guard let state else {
      return OrchestratorError(
        .startFailed, "the workload of \(workload.title) was removed while it was starting")
    }
    let lines = await lastLines()
    let isSure = state.outOfMemory || HealthDiagnosis.saysOutOfMemory(lines)
    if isSure || state.exitCode == 137 {
      let diagnosis = HealthDiagnosis.outOfMemory(workload.stack.limits)
      let certainty = isSure ? "" : "was killed at its start; it probably "
      return OrchestratorError(
        .startFailed, "\(workload.title) \(certainty)\(diagnosis.cause)" + lines, hint: diagnosis.cure)
    }
    let status = state.exitCode.map { " with status \($0)" } ?? ""
    return OrchestratorError(
      .startFailed, "\(workload.title) ended at its start\(status)" + lines, hint: logsHint)
  }

  private func unhealthy(_ outcome: HealthProbe.Outcome) async -> OrchestratorError {
    if case .answered = outcome, !PortProbe.isFree(port), await ownListeners() == nil { return stranger() }
    let lines = await lastLines()
    let diagnosis = await diagnosis(outcome, lines: lines)
    let limit = workload.stack.health.startPeriod.brief
    let cause = diagnosis.map { "\nlikely cause: \($0.cause)" } ?? ""
    return OrchestratorError(
      .unhealthy,
      "\(workload.title) was not healthy after \(limit) (GET \(workload.healthPath) on \(runtime.address(on: port)) "
        + "with host \(workload.host) \(outcome.summary))\(cause)" + lines,
      hint: diagnosis.map { "\($0.cure); \(logsHint)" } ?? logsHint)
  }

  private func diagnosis(_ outcome: HealthProbe.Outcome, lines: String) async -> HealthDiagnosis? {
    let state = (try? await runtime.state(of: workload)) ?? nil
    if state?.outOfMemory == true || HealthDiagnosis.saysOutOfMemory(lines) {
      return .outOfMemory(workload.stack.limits)
    }
    let listeners = await runtime.listeners(of: workload, on: port)
    return HealthDiagnosis.of(outcome, listeners: listeners, plan: workload.plan)
  }

  private var logsHint: String {
    "logs: orchestrator logs \(workload.app) --release \(workload.release)"
      + (id.instance.map { " --instance \($0)" } ?? "")
  }

  private func lastLines() async -> String {
    var tail = Tail(limit: Self.shownLines)
    try? await runtime.logs(of: workload, tail: Self.shownLines, follow: false) { tail.append($0) }
    if tail.lines.isEmpty { return "; it printed nothing" }
    return "; its last lines:\n" + tail.lines.map { "  | \($0)" }.joined(separator: "\n")
  }
}
