import Foundation
import OrchestratorSystem

extension WorkloadState {
  /// What the supervisor says of a process.
  init(_ condition: SupervisedProcess.Condition, _ record: SupervisorRecord) {
    let phase: Phase =
      switch condition {
      case .running: .running
      case .restarting: .restarting
      case .ended: .exited
      }
    self.init(
      phase: phase, exitCode: record.lastExit?.status,
      startedAt: record.startedAt?.formatted(.iso8601), restarts: record.restarts,
      processID: condition == .running ? record.process?.id : nil)
  }
}
