import Foundation
import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Reading what an app or its build printed.
extension Inspector {
  /// The lines that an app or its build printed, without their ends.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is no such app, release or log.
  func logs(of app: AppName, _ request: LogRequest) async throws -> AsyncThrowingStream<String, any Error> {
    let rows = try await installation.releases(ofKnown: app)
    let wanted = request.release.map { number in rows.first { $0.plan.release == number } }
    guard let row = wanted ?? rows.first(where: { $0.state == .live }) ?? rows.first else {
      throw noLog(
        app, request, "there is no release \(request.release?.description ?? "") of \(app.description.quoted)")
    }
    let workloads = try chosen(request, of: row)
    // Whose a line is has to be said only where there are several who could have printed it.
    let names = workloads.count > 1 ? workloads.map { $0.step(.startWorkload).workload ?? "" } : []
    let width = names.map(\.count).max() ?? 0
    var logs: [WorkloadLog] = []
    for (index, workload) in workloads.enumerated() {
      let prefix = names.isEmpty ? "" : names[index].padded(to: width) + " | "
      if let log = try await log(of: workload, request, prefix: prefix) { logs.append(log) }
    }
    guard !logs.isEmpty else {
      let title = workloads.count == 1 ? workloads[0].title : app.description.quoted
      throw noLog(app, request, "\(title) \(row.plan.release) has no \(request.source.rawValue) log")
    }
    return stream(logs, sideBySide: request.follow)
  }

  private typealias LineReceiver = @Sendable (String) async throws -> Void
  /// Gives all lines of one workload to whom it is told.
  private typealias WorkloadLog = @Sendable (@escaping LineReceiver) async throws -> Void

  /// The workloads whose lines are asked for; a component is built once, whatever it has of them.
  private func chosen(_ request: LogRequest, of row: StoredRelease) throws -> [WorkloadPlan] {
    let components = try chosen(request.component, of: row.plan)
    if request.source == .build { return components.map { $0.workload(1) } }
    let workloads = row.workloads.filter { workload in components.contains { $0.component == workload.component } }
    guard let number = request.instance else { return workloads }
    // One that failed when it was to be added has left its log.
    let chosen = components.map { $0.workload(number) }.filter { workload in
      workloads.contains(workload) || FileManager.default.fileExists(atPath: folder.appLog(workload))
    }
    if !chosen.isEmpty { return chosen }
    throw OrchestratorError(
      .notFound, "\(row.plan.app.description.quoted) has no instance \(number)",
      hint: "orchestrator status \(row.plan.app) shows its instances")
  }

  private func chosen(_ name: ComponentName?, of plan: DeploymentPlan) throws -> [ComponentPlan] {
    guard let name else { return plan.components }
    if let component = plan.components.first(where: { $0.component == name }) { return [component] }
    let names = plan.components.compactMap(\.component?.description)
    throw OrchestratorError(
      .notFound, "\(plan.app.description.quoted) has no component \(name.description.quoted)",
      hint: names.isEmpty ? "it is made of one piece" : "its components are \(names.joined(separator: ", "))")
  }

  /// The log of a workload: what it tells while there is one, else what was kept; nil when there is none.
  private func log(of workload: WorkloadPlan, _ request: LogRequest, prefix: String) async throws -> WorkloadLog? {
    if request.source == .app, try await runtimes[workload].state(of: workload) != nil {
      return { [runtimes = installation.runtimes] receive in
        try await runtimes[workload].logs(of: workload, tail: request.tail, follow: request.follow) {
          try await receive(prefix + $0)
        }
      }
    }
    let file = request.source == .app ? folder.appLog(workload) : folder.buildLog(workload.plan)
    guard let excerpt = RotatedLog(file).excerpt(last: request.tail) else { return nil }
    return { receive in try await excerpt.read { try await receive(prefix + $0) } }
  }

  /// The lines of all logs: as they come, or of one log after the other.
  private func stream(_ logs: [WorkloadLog], sideBySide: Bool) -> AsyncThrowingStream<String, any Error> {
    // A reader that is slower than the lines come must not have them pile up here.
    AsyncThrowingStream(bufferingPolicy: .bufferingOldest(256)) { continuation in
      let task = Task {
        let result = await Result(catching: {
          guard sideBySide else {
            for log in logs { try await log(continuation.hand) }
            return
          }
          try await withThrowingTaskGroup { group in
            for log in logs { group.addTask { try await log(continuation.hand) } }
            try await group.waitForAll()
          }
        })
        switch result {
        case .success: continuation.finish()
        case .failure(let error): continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func noLog(_ app: AppName, _ request: LogRequest, _ message: String) -> OrchestratorError {
    OrchestratorError(.notFound, message, hint: "orchestrator logs \(app) shows those of the release that serves")
  }
}

extension AsyncThrowingStream<String, any Error>.Continuation {
  /// Yields a line as soon as there is room for it.
  @Sendable fileprivate func hand(_ line: String) async throws {
    while case .dropped = yield(line) { try await Task.sleep(for: .milliseconds(1)) }
  }
}
