import Foundation

/// Removing what belongs to no release: its record is gone, or a failed release has lost count of it.
extension DeploymentEngine {
  /// Removes what is ours and nobody's, or only says what that is.
  ///
  /// - Parameter sparing: whether what somebody may want to go back to is left: images and folders, after a backup was restored.
  func collect(sparing: Bool, dryRun: Bool, into result: inout Reconciliation) async {
    let sparing = sparing && folder.keepsStateBefore
    for runtime in [runtimes.docker, runtimes.process] {
      // Where a runtime does not answer, nothing of ours can be seen; what runs there is said elsewhere.
      guard (try? await runtime.checkAvailable()) != nil else { continue }
      await collect(in: runtime, sparing: sparing, dryRun: dryRun, into: &result)
    }
    if !sparing { await collectFolders(dryRun: dryRun, into: &result) }
  }

  private func collect(
    in runtime: any WorkloadRuntime, sparing: Bool, dryRun: Bool, into result: inout Reconciliation
  ) async {
    do {
      let belongings = try await runtime.belongings()
      let names = try await namesInUse()
      for belonging in belongings where !names.contains(belonging.name) && !(sparing && belonging.kind == .image) {
        do {
          // It may have come into use since.
          guard try await !namesInUse().contains(belonging.name) else { continue }
          if !dryRun { try await belonging.remove() }
          result.done.append(
            "\(removed(dryRun)) the \(belonging.kind.rawValue) \(belonging.name), which belongs to no release")
        } catch let error as OrchestratorError where error.code == .conflict {
          // Somebody else uses an image of ours: it stays as long as they do.
        } catch {
          result.problems.append("\(belonging.name): \(OrchestratorError.wrapping(error).message)")
        }
      }
    } catch {
      result.problems.append(OrchestratorError.wrapping(error).message)
    }
  }

  /// The names of workloads that run or may run, and of images that a release may run from; an image's has a `/` in it.
  private func namesInUse() async throws -> Set<String> {
    let releases = try await store.releases().filter { $0.state != .failed }
    let running = releases.filter { $0.state != .retired }.flatMap(\.workloads).map(\.name)
    return Set(running + releases.flatMap(\.plan.components).map(\.image))
  }

  private func collectFolders(dryRun: Bool, into result: inout Reconciliation) async {
    let manager = FileManager.default
    let files = AppFiles(commands: ChildProcessRunner(), user: .ourselves)
    let apps = manager.children(of: folder.path + "/releases")
    let found = apps.flatMap { [$0] + manager.children(of: $0) } + manager.children(of: folder.path + "/dependencies")
    do {
      let known = try await foldersInUse()
      for path in found where !known.contains(path) && manager.fileExists(atPath: path) {
        guard try await !foldersInUse().contains(path) else { continue }
        if !dryRun { try await files.remove(path) }
        result.done.append("\(removed(dryRun)) the folder \(path.printable), which belongs to no release")
      }
    } catch {
      result.problems.append(OrchestratorError.wrapping(error).message)
    }
  }

  private func foldersInUse() async throws -> Set<String> {
    Set(
      try await store.releases().map(\.plan).flatMap { plan in
        [folder.releases(of: plan.app), folder.release(plan.app, plan.release), folder.dependencies(of: plan.app)]
      })
  }

  private func removed(_ dryRun: Bool) -> String { dryRun ? "would remove" : "removed" }
}
