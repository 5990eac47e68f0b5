package import OrchestratorDockerEngine

extension WorkloadState {
  /// What Docker says of a container.
  package init(_ container: ContainerDetails) {
    let state = container.State
    self.init(
      phase: Phase(dockerStatus: state.Status), exitCode: state.Status == "running" ? nil : state.ExitCode,
      outOfMemory: state.OOMKilled, startedAt: state.StartedAt, restarts: container.RestartCount,
      processID: state.Pid > 0 ? state.Pid : nil, port: container.hostPort)
  }
}

extension WorkloadState.Phase {
  fileprivate init(dockerStatus: String) {
    switch dockerStatus {
    case "running", "paused": self = .running
    case "restarting": self = .restarting
    case "created": self = .created
    default: self = .exited
    }
  }
}
