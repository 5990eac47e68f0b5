package import OrchestratorModel
package import OrchestratorSystem

/// Runs workloads: in containers, or as processes of this machine.
///
/// A workload is found by the name that its plan has before it exists; removing what is not there is no error.
package protocol WorkloadRunner: Sendable {
  /// Makes sure that the runtime can be used.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_unavailable` or `runtime_forbidden`.
  func checkAvailable() async throws

  /// Starts the workload on the internal port; it is not started again when it ends until ``keepRunning(_:)``.
  ///
  /// - Returns: what was cleared away to make room.
  /// - Throws: ``OrchestratorError`` with the code `conflict` or `start_failed`.
  func start(_ workload: WorkloadPlan, on port: TCPPort) async throws -> [Notice]

  /// Has the workload started again from now on when it ends, and when the machine comes back.
  func keepRunning(_ workload: WorkloadPlan) async throws

  /// Makes sure that a workload that is kept running is looked after: its supervisor may have been killed.
  ///
  /// - Returns: what was done; nil when nothing was needed.
  func repair(_ workload: WorkloadPlan) async throws -> Notice?

  /// Makes sure that the workload of a release that serves runs, as after a restart of the machine.
  ///
  /// - Returns: what was done; nil when nothing was needed.
  func resume(_ workload: WorkloadPlan, on port: TCPPort) async throws -> Notice?

  /// Whether ``resume(_:on:)`` would have anything to do.
  func needsResuming(_ workload: WorkloadPlan) async throws -> Bool

  /// What the workload is doing; nil when there is none of ours by its name.
  func state(of workload: WorkloadPlan) async throws -> WorkloadState?

  /// Where this machine reaches a workload that was given the port.
  func address(on port: TCPPort) -> SocketEndpoint

  /// Where a workload listens, as far as can be seen, and where it should.
  func listeners(of workload: WorkloadPlan, on port: TCPPort) async -> ListenerReport?

  /// Gives the last `tail` lines of a workload's output to `receive` (all lines when nil), then, if asked to follow, every new one.
  func logs(of workload: WorkloadPlan, tail: Int?, follow: Bool, receive: (String) async throws -> Void) async throws

  /// Sees to it that what the workload printed stands in the release's own log when the workload is gone; stops nothing.
  func saveLogs(of workload: WorkloadPlan) async

  /// Runs a command to its end, and gives every line that it prints to `receive`; nothing of it is left then, also when the task is cancelled.
  ///
  /// What is left when we are killed goes with the next reconcile; where there are no control groups, as to any user but root, with the
  /// release.
  ///
  /// - Returns: its exit status; a signal counts as 128 + its number.
  /// - Throws: ``OrchestratorError`` with the code `start_failed`, `conflict` or `runtime_unavailable`.
  func run(_ command: OneOffCommand, receive: @Sendable (String) async -> Void) async throws -> Int

  /// What the workload may use at most, in a few words; what is not limited here is said.
  func limits(of workload: WorkloadPlan) -> String

  /// Asks the workload to stop with its signal, waits for its grace, kills it if need be, and removes it.
  func remove(_ workload: WorkloadPlan) async throws

  /// Makes sure that a workload that was to be started is gone, as ``remove(_:)`` does, also where the command that began to start it was
  /// killed and it is still being made.
  func undoStart(of workload: WorkloadPlan) async throws
}

extension WorkloadPlan {
  /// That it was started again, or is looked after again.
  package func restarted(_ how: String) -> Notice {
    Notice(.workloadRestarted, about: Notice.Subject(self), "\(label): \(how)")
  }
}

extension WorkloadRunner {
  package func needsResuming(_ workload: WorkloadPlan) async throws -> Bool {
    let phase = try await state(of: workload)?.phase
    return phase == nil || phase == .exited || phase == .created
  }
}
