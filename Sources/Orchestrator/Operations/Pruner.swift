import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Removing what is no longer needed.
extension DeploymentEngine {
  /// Removes the releases that are too old to go back to, with their images, folders and logs, and what belongs to no release.
  ///
  /// A release that serves, the one before it, and whatever is not ours are never touched.
  ///
  /// - Parameters:
  ///   - kept: how many releases of each app that served stay, the serving one among them, and how many that failed; at least 2,
  ///     and nil for the setting `keepReleases`.
  ///   - dryRun: whether it is only said what would be removed.
  /// - Returns: what was removed and what could not be.
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` or `state_lost`, or when the state cannot be read.
  public func prune(keeping kept: Int? = nil, dryRun: Bool = false) async throws -> Pruning {
    if let kept, kept < 2 {
      throw OrchestratorError(
        .invalidInput, "at least 2 releases are kept, not \(kept): the one that serves, and the one before it")
    }
    try await installation.ensureNotLost()
    guard store.file.isThere else {
      await installation.noteAbsence()
      return Pruning()
    }
    if !dryRun { folder.reserve.giveUpIfFull() }
    defer { if !dryRun { folder.reserve.keep() } }
    if !dryRun { await recoverAndNotify() }
    return try await Pruner(
      installation: installation, kept: kept ?? configuration.keepReleases, dryRun: dryRun
    ).run()
  }
}

/// Removes what is no longer needed, or only says what that is.
struct Pruner: InstallationWorker {
  let installation: Installation
  /// How many releases of each app stay.
  let kept: Int
  let dryRun: Bool

  func run() async throws -> Pruning {
    var result = Pruning()
    for app in try await store.appNames().compactMap({ try? AppName($0) }) {
      do { try await prune(app, into: &result) } catch {
        result.problems.append(Notice(.releaseNotRemoved, about: .app(app), after: "\(app): ", error))
      }
    }
    await removeOrphans(into: &result)
    return result
  }

  private func removeOrphans(into result: inout Pruning) async {
    let caretaker = Caretaker(installation: installation)
    let orphans = await caretaker.orphans(sparing: false)
    var rest = Reconciliation()
    rest.problems = orphans.problems
    for repair in orphans.all {
      if dryRun { result.done.append(repair.notice) } else { await caretaker.attempt(repair, into: &rest) }
    }
    result.done += rest.done
    result.problems += rest.problems
  }

  private func prune(_ app: AppName, into result: inout Pruning) async throws {
    var retirement = installation.retirement { _ in }
    retirement.keptReleases = kept
    if dryRun {
      if let lease = try await store.activeLeases()[app.description] { return result.busy.append(lease.leftAlone) }
      for row in try await retirement.tooOld(app) { result.note("would remove", row, await size(of: row)) }
      return
    }
    var pruned = Pruning()
    let outcome = try await installation.withLeaseIfAvailable(of: app, for: .prune, report: installation.noticing) {
      for row in try await retirement.tooOld(app) {
        let size = await size(of: row)
        do {
          try await retirement.forget(row)
          pruned.note("removed", row, size)
        } catch {
          pruned.problems.append(
            Notice(.releaseNotRemoved, about: Notice.Subject(row.plan), after: "\(row.title): ", error))
        }
      }
    }
    if case .heldByOther(let lease) = outcome { result.busy.append(lease.leftAlone) }
    result.bytes += pruned.bytes
    result.done += pruned.done
    result.problems += pruned.problems
  }

  /// How many bytes go with a release: its folder, and what was built, unless another release runs from that.
  private func size(of row: StoredRelease) async -> Int {
    let path = folder.release(row.plan.app, row.plan.release)
    var bytes = (try? await blocking { DiskSpace.used(by: path) }) ?? 0
    for component in row.plan.components {
      let isShared = (try? await installation.retirement { _ in }.isShared(component.build, with: row)) ?? true
      if !isShared { bytes += (try? await runtimes[component].buildSize(of: component)) ?? 0 }
    }
    return bytes
  }
}

extension Pruning {
  fileprivate mutating func note(_ verb: String, _ row: StoredRelease, _ size: Int) {
    bytes += size
    let fate = row.state == .failed ? "failed" : "is retired"
    done.append(
      Notice(
        .releaseRemoved, about: Notice.Subject(row.plan), "\(verb) \(row.title), which \(fate) (\(size.bytes))",
        context: ["bytes": "\(size)"]))
  }
}
