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
      for belonging in try await runtime.belongings() {
        // The store is asked last: what is being made now was entered there before.
        guard try await isNobodys(belonging) else { continue }
        do {
          if !dryRun { try await belonging.remove() }
          result.done.append(
            "\(removed(dryRun)) the \(belonging.kind.rawValue) \(belonging.name), which belongs to no release")
        } catch let refusal as DockerClient.Refusal where refusal.isConflict {
          // Somebody else uses an image of ours: it stays as long as they do.
        } catch {
          result.problems.append("\(belonging.name): \(OrchestratorError.wrapping(error).message)")
        }
      }
    } catch {
      result.problems.append(OrchestratorError.wrapping(error).message)
    }
  }

  private func isNobodys(_ belonging: Belonging) async throws -> Bool {
    let owners = try await allReleases().filter { release in
      release.state != .failed && (belonging.kind == .image || release.state != .retired)
    }
    let components = owners.flatMap(\.plan.components)
    return !components.map(belonging.kind == .image ? \.image : \.workload).contains(belonging.name)
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
      for path in found where manager.fileExists(atPath: path) {
        guard try await !knownFolders().contains(path) else { continue }
        if !dryRun { try await files.remove(path) }
        result.done.append("\(removed(dryRun)) the folder \(path.printable), which belongs to no release")
      }
    } catch {
      result.problems.append(OrchestratorError.wrapping(error).message)
    }
  }

  private func knownFolders() async throws -> Set<String> {
    Set(
      try await allReleases().map(\.plan).flatMap { plan in
        [folder.releases(of: plan.app), folder.release(plan.app, plan.release), folder.dependencies(of: plan.app)]
      })
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
