/// Bringing the machine to what the store says.
extension DeploymentEngine {
  /// Brings back what should run and does not, as after a restart of the machine: the apps that serve, and the proxy.
  ///
  /// Doing it again changes nothing.
  ///
  /// - Returns: what was done and what could not be, one sentence each; none when everything was as it should be.
  /// - Throws: ``OrchestratorError`` when the state cannot be read.
  public func reconcile() async throws -> Reconciliation {
    var result = Reconciliation()
    for app in try await store.appNames().compactMap({ try? AppName($0) }) { await reconcile(app, into: &result) }
    do {
      if let done = try await proxy.tend() { result.done.append(done) }
      let before = try await proxy.status()
      let change = try await proxy.apply(requiring: nil)
      if before.serving != change.generation, change.generation != 0 {
        result.done.append("nginx serves generation \(change.generation)")
      }
      result.problems += change.problems
    } catch {
      result.problems.append("the proxy: \(OrchestratorError.wrapping(error).message)")
    }
    return result
  }

  private func reconcile(_ app: AppName, into result: inout Reconciliation) async {
    do {
      let notes = NoteCollector(of: app)
      try await holdingLease(of: app, for: .reconcile, report: notes.sink) {
        for row in try await store.releases(of: app) where row.state == .live {
          for component in row.plan.components {
            guard let port = row.ports[component.component] else { continue }
            if let done = try await runtimes[component].resume(component, on: port) {
              notes.sink(.note("\(component.label): \(done)"))
            }
          }
        }
        await retirement(notes.sink).run(app)
      }
      result.done += notes.all
    } catch {
      result.problems.append("\(app): \(OrchestratorError.wrapping(error).message)")
    }
  }
}

/// What came of reconciling.
public struct Reconciliation: Sendable, Equatable, Codable {
  /// What was changed, one sentence each.
  public var done: [String] = []
  /// What is not as it should be, one sentence each.
  public var problems: [String] = []
}
