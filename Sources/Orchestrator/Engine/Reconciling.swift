import Logging
import Synchronization

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
      let notes = Mutex<[String]>([])
      let note: EventSink = { event in
        switch event {
        case .note(let text): notes.withLock { $0.append(text) }
        case .retired(let release, let detail, _): notes.withLock { $0.append("\(app) \(release): \(detail)") }
        default: break
        }
      }
      try await holdingLease(of: app, for: .reconcile, report: note) {
        for row in try await store.releases(of: app) where row.state == .live {
          for component in row.plan.components {
            guard let port = row.ports[component.component] else { continue }
            if let done = try await runtimes[component].resume(component, on: port) {
              note(.note("\(component.label): \(done)"))
            }
          }
        }
        await retirement(note).run(app)
      }
      result.done += notes.withLock { $0 }
    } catch {
      result.problems.append("\(app): \(OrchestratorError.wrapping(error).message)")
    }
  }

  /// Sees to it that all processes that should run are looked after; every command does so before its own work, and none fails by it.
  ///
  /// - Returns: what was done and what could not be, one sentence each.
  func tend() async -> [String] {
    // Each may have to wait for a supervisor to start.
    var sentences = await withTaskGroup(of: String?.self) { group in
      for component in (try? await store.liveReleases().flatMap(\.plan.components)) ?? [] {
        group.addTask {
          let outcome = await Result(catching: { try await runtimes[component].tend(component) })
          return outcome.sentence.map { "\(component.label): \($0)" }
        }
      }
      return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }.sorted()
    }
    if let sentence = await Result(catching: { try await proxy.tend() }).sentence { sentences.append(sentence) }
    for sentence in sentences { configuration.logger.info("process tended", metadata: ["outcome": "\(sentence)"]) }
    return sentences
  }
}

extension Result<String?, any Error> {
  /// What came of it in words, if there is anything to say.
  fileprivate var sentence: String? {
    switch self {
    case .success(let sentence): sentence
    case .failure(let error): OrchestratorError.wrapping(error).message
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
