import OrchestratorPlanning
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// What runs as an app's user and belongs to no workload.
extension Doctor {
  /// A daemon, for one, that got out of reach of a version which knew no control groups; it may keep a port, and take an app's requests.
  func strayFindings() async -> [Finding] {
    do {
      // Who deploys has processes that belong to no workload yet.
      let busy = try await store.activeLeases().keys
      let numbers = try await store.appNumbers(except: Set(busy))
      let strays = await runtimes[.process].strays(ofApps: numbers)
      guard !strays.isEmpty else { return [] }
      let ids = strays.map { String($0.id) }.joined(separator: " ")
      return [
        .problem(
          "processes", "these run as an app's user, and belong to no app that is looked after: \(strays.words)",
          remedy: "end them: kill -9 \(ids)")
      ]
    } catch {
      return [.problem("processes", error)]
    }
  }
}
