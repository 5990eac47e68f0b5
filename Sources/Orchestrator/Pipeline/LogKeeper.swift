/// Keeps what a workload printed with its release, for when the workload itself is gone.
struct LogKeeper: Sendable {
  /// How many lines are kept.
  static let keptLines = 10_000

  let runtime: any WorkloadRuntime
  let folder: StateFolder

  /// Copies the output; that it cannot be had stops nothing.
  func keep(_ plan: DeploymentPlan) async {
    guard (try? await runtime.state(of: plan.workload)) ?? nil != nil else { return }
    guard let log = try? LogFile(folder.appLog(plan.app, plan.release)) else { return }
    try? await runtime.logs(of: plan.workload, tail: Self.keptLines, follow: false) { log.append($0) }
  }
}
