/// Where releases are built and run: Docker now, local processes later.
///
/// Everything is found by its name, which is known before the thing exists; removing what is not there is no error.
package protocol WorkloadRuntime: Sendable {
  /// What the runtime is called in messages.
  var name: String { get }

  /// Makes sure that the runtime can be used.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_unavailable` or `runtime_forbidden`.
  func checkAvailable() async throws

  /// Builds the release's image from `context`, a folder that holds the source, telling `receive` every line of output.
  ///
  /// - Throws: ``OrchestratorError`` with the code `build_failed` or `disk_full`.
  func build(_ plan: DeploymentPlan, context: String, receive: (String) async -> Void) async throws

  /// Makes sure that the image named `image` is absent, if it is ours.
  func removeImage(_ image: String) async throws

  /// Starts the plan's workload on the internal port; it is not started again when it ends until ``keepRunning(_:)``.
  ///
  /// - Returns: what was cleared away to make room, one sentence each.
  /// - Throws: ``OrchestratorError`` with the code `conflict` or `start_failed`.
  func start(_ plan: DeploymentPlan, on port: TCPPort) async throws -> [String]

  /// Has the workload started again from now on when it ends, and when the machine comes back.
  func keepRunning(_ workload: String) async throws

  /// What the workload is doing; nil when there is none of ours by that name.
  func state(of workload: String) async throws -> WorkloadState?

  /// Where a workload listens, as far as can be seen, and where it should.
  func listeners(of workload: String, plan: DeploymentPlan) async -> ListenerReport?

  /// Gives the last `tail` lines of a workload's output to `receive` (all lines when nil), then, if asked to follow, every new one.
  func logs(of workload: String, tail: Int?, follow: Bool, receive: (String) async throws -> Void) async throws

  /// Asks the workload to stop with its signal, waits for its grace, kills it if need be, and removes it.
  func remove(_ workload: String) async throws
}

/// What a workload is doing.
package struct WorkloadState: Sendable, Equatable {
  package enum Phase: String, Sendable, Codable {
    case running, restarting, exited, created
  }

  package var phase: Phase
  /// The exit status of the last run, when there was one.
  package var exitCode: Int?
  /// Whether the last run was ended because its memory was used up.
  package var outOfMemory = false
  /// When it started last, as ISO 8601.
  package var startedAt: String?
  package var restarts = 0
  /// The id of the process, where this machine can see it.
  package var processID: Int?
}

/// The addresses on which a workload listens.
package struct ListenerReport: Sendable, Equatable {
  /// The port on which it should listen.
  package var expected: TCPPort
  /// What it listens on.
  package var listeners: [SocketAddress]
}
