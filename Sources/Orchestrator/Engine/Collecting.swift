import Foundation
import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Removing what belongs to no release: its record is gone, or a failed release has lost count of it.
extension DeploymentEngine {
  /// Removes what is ours and nobody's, or only says what that is. What bears the name of a release that the state never knew of is left
  /// alone, and told.
  ///
  /// - Parameter sparing: whether what somebody may want to go back to is left: images and folders, after a backup was restored.
  func collect(sparing: Bool, dryRun: Bool, into result: inout Reconciliation) async {
    let sparing = sparing && folder.keepsStateBefore
    var strangers: [String] = []
    for runtime in runtimes.all {
      // Where a runtime does not answer, nothing of ours can be seen; what runs there is said elsewhere.
      guard (try? await runtime.checkAvailable()) != nil else { continue }
      await collect(in: runtime, sparing: sparing, dryRun: dryRun, into: &result, &strangers)
    }
    if !sparing { await collectFolders(dryRun: dryRun, into: &result, &strangers) }
    guard !strangers.isEmpty else { return }
    result.problems.append(
      "left alone, as this state never knew of a release that has them: \(strangers.joined(separator: ", ")); a newer backup may know of it (orchestrator restore FILE), and a deploy of the app takes its place"
    )
  }

  private func collect(
    in runtime: any Inventory, sparing: Bool, dryRun: Bool, into result: inout Reconciliation,
    _ strangers: inout [String]
  ) async {
    do {
      let ownedResources = try await runtime.ownedResources()
      let (names, known) = (try await namesInUse(), try await store.knownReleases())
      for belonging in ownedResources where !names.contains(belonging.name) && !(sparing && belonging.kind == .image) {
        let title = "the \(belonging.kind.rawValue) \(belonging.name)"
        guard !belonging.isOfRelease || known.includes(named: belonging.name) else {
          strangers.append(title)
          continue
        }
        do {
          // It may have come into use since.
          guard try await !namesInUse().contains(belonging.name) else { continue }
          if !dryRun { try await belonging.remove() }
          result.done.append("\(removed(dryRun)) \(title), which belongs to no release")
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

  private func collectFolders(
    dryRun: Bool, into result: inout Reconciliation, _ strangers: inout [String]
  ) async {
    let files = AppFiles(commands: ChildProcessRunner(), user: .ourselves)
    do {
      let (used, known) = (try await foldersInUse(), try await store.knownReleases())
      for found in folder.appFolders
      where !used.contains(found.path) && FileManager.default.fileExists(atPath: found.path) {
        guard found.isKnown(by: known) else {
          // What is in a stranger's folder is said with it.
          if found.release == nil || known.includes(app: found.app) {
            strangers.append("the folder \(found.path.printable)")
          }
          continue
        }
        guard try await !foldersInUse().contains(found.path) else { continue }
        if !dryRun { try await files.remove(found.path) }
        result.done.append("\(removed(dryRun)) the folder \(found.path.printable), which belongs to no release")
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

extension AppFolder {
  fileprivate func isKnown(by known: KnownReleases) -> Bool {
    switch release {
    case nil: known.includes(app: app)
    case let text?: (try? ReleaseNumber(text)).map { known.includes($0.value, of: app) } ?? known.includes(app: app)
    }
  }
}
