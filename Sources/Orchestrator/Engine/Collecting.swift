import Foundation

/// Removing what belongs to no release: its record is gone, or a failed release has lost count of it.
extension DeploymentEngine {
  /// Removes what is ours and nobody's, or only says what that is.
  func collect(dryRun: Bool, into result: inout Reconciliation) async {
    for runtime in [runtimes.docker, runtimes.process] {
      // Where a runtime does not answer, nothing of ours can be seen; what runs there is said elsewhere.
      guard (try? await runtime.checkAvailable()) != nil else { continue }
      await collect(in: runtime, dryRun: dryRun, into: &result)
    }
    await collectFolders(dryRun: dryRun, into: &result)
  }

  private func collect(in runtime: any WorkloadRuntime, dryRun: Bool, into result: inout Reconciliation) async {
    do {
      // Looked at in this order nothing is taken for nobody's that is being made now: a release is entered before its things are made.
      let belongings = try await runtime.belongings()
      let releases = try await allReleases()
      let used = releases.filter { $0.state != .failed }
      let running = Set(used.filter { $0.state != .retired }.flatMap(\.plan.components).map(\.workload))
      let built = Set(used.flatMap(\.plan.components).map(\.image))
      for belonging in belongings where !(belonging.kind == .image ? built : running).contains(belonging.name) {
        if !dryRun { try await belonging.remove() }
        result.done.append(
          "\(removed(dryRun)) the \(belonging.kind.rawValue) \(belonging.name), which belongs to no release")
      }
    } catch {
      result.problems.append(OrchestratorError.wrapping(error).message)
    }
  }

  private func collectFolders(dryRun: Bool, into result: inout Reconciliation) async {
    let manager = FileManager.default
    let files = AppFiles(commands: ChildProcessRunner(), user: .ourselves)
    func contents(_ path: String) -> [String] {
      ((try? manager.contentsOfDirectory(atPath: path)) ?? []).sorted().map { "\(path)/\($0)" }
    }
    do {
      let found =
        contents(folder.path + "/releases").flatMap { [$0] + contents($0) } + contents(folder.path + "/dependencies")
      let releases = try await allReleases()
      let known = Set(
        releases.flatMap {
          [
            folder.releases(of: $0.plan.app), folder.release($0.plan.app, $0.plan.release),
            folder.dependencies(of: $0.plan.app),
          ]
        })
      for path in found where !known.contains(path) && manager.fileExists(atPath: path) {
        if !dryRun { try await files.remove(path) }
        result.done.append("\(removed(dryRun)) the folder \(path.printable), which belongs to no release")
      }
    } catch {
      result.problems.append(OrchestratorError.wrapping(error).message)
    }
  }

  private func allReleases() async throws -> [StoredRelease] {
    var releases: [StoredRelease] = []
    for app in try await store.appNames().compactMap({ try? AppName($0) }) {
      releases += try await store.releases(of: app)
    }
    return releases
  }

  private func removed(_ dryRun: Bool) -> String { dryRun ? "would remove" : "removed" }
}
