package import OrchestratorModel

/// What a workload is doing.
package struct WorkloadState: Sendable, Equatable {
  package enum Phase: String, Sendable, Codable {
    case running, restarting, exited, created
  }

  package var phase: Phase
  /// The exit status of the last run, when there was one and it is known; a signal counts as 128 + its number.
  package var exitCode: Int?
  /// Whether the last run was ended because its memory was used up.
  package var outOfMemory = false
  /// When it started last, as ISO 8601.
  package var startedAt: String?
  package var restarts = 0
  /// The id of the process, where this machine can see it.
  package var processID: Int?
  /// The port on 127.0.0.1 that it was made for, where that is known: not always the one that it should have by now.
  package var port: TCPPort?
}
