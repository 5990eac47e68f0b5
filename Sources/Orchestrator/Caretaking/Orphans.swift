import Foundation
import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Something of ours that belongs to no release: its record is gone, or a failed release has lost count of it. Or to nothing any more.
enum Orphan: Sendable {
  case resource(OwnedResource)
  case folder(String)
  /// A copy of the state that a restore was working with.
  case copy(String)

  var name: String {
    switch self {
    case .resource(let resource): resource.name
    case .folder(let path), .copy(let path): path
    }
  }

  var reason: String {
    switch self {
    case .resource, .folder: "which belongs to no release"
    case .copy: "which a restore that was interrupted left"
    }
  }
}

extension Orphan: CustomStringConvertible {
  var description: String {
    switch self {
    case .resource(let resource): "the \(resource.kind.rawValue) \(resource.name)"
    case .folder(let path): "the folder \(path.printable)"
    case .copy(let path): "the copy of the state \(path.printable)"
    }
  }
}

extension Caretaker {
  /// What is ours and belongs to no release. What bears the name of a release that the state never knew of is left alone, and told.
  ///
  /// - Parameter sparing: whether what a person may want to go back to is left: images and folders, after a backup was restored.
  func orphans(sparing: Bool) async -> Repairs {
    let sparing = sparing && folder.keepsStateBefore
    var found = FoundOrphans()
    for runtime in runtimes.all {
      // Where a runtime does not answer, nothing of ours can be seen; what runs there is said elsewhere.
      guard (try? await runtime.checkAvailable()) != nil else { continue }
      await find(in: runtime, sparing: sparing, &found)
    }
    if !sparing { await findFolders(&found) }
    await findCopies(&found)
    if !found.strangers.isEmpty {
      found.repairs.problems.append(
        Notice(
          .strangersLeft, .problem, about: .installation,
          "left alone, as this state never knew of a release that has them: \(found.strangers.joined(separator: ", ")); a newer backup may know of it (orchestrator restore FILE), and a deploy of the app takes its place"
        ))
    }
    return found.repairs
  }

  private struct FoundOrphans {
    var repairs = Repairs()
    var strangers: [String] = []
    var seen: Set<String> = []
  }

  private func find(in runtime: any Inventory, sparing: Bool, _ found: inout FoundOrphans) async {
    do {
      let ownedResources = try await runtime.ownedResources()
      let (names, known) = (try await namesInUse(), try await store.knownReleases())
      for resource in ownedResources where !names.contains(resource.name) && !(sparing && resource.kind == .image) {
        let orphan = Orphan.resource(resource)
        // Two runtimes can be two ways to one engine.
        guard found.seen.insert("\(orphan)").inserted else { continue }
        if !resource.isOfRelease || known.includes(named: resource.name) {
          found.repairs.all.append(.removeOrphan(orphan))
        } else {
          found.strangers.append("\(orphan)")
        }
      }
    } catch {
      found.repairs.problems.append(Notice(.notRepaired, about: .installation, error))
    }
  }

  private func findFolders(_ found: inout FoundOrphans) async {
    do {
      let (used, known) = (try await foldersInUse(), try await store.knownReleases())
      var going: Set<String> = []
      for candidate in folder.appFolders where !used.contains(candidate.path) {
        // It goes with the one that it is in.
        if going.contains(candidate.path.parentFolder) { continue }
        let orphan = Orphan.folder(candidate.path)
        if candidate.isKnown(by: known) {
          found.repairs.all.append(.removeOrphan(orphan))
          going.insert(candidate.path)
        } else if candidate.release == nil || known.includes(app: candidate.app) {
          // What is in a stranger's folder is said with it.
          found.strangers.append("\(orphan)")
        }
      }
    } catch {
      found.repairs.problems.append(Notice(.notRepaired, about: .installation, error))
    }
  }

  private func findCopies(_ found: inout FoundOrphans) async {
    do {
      found.repairs.all += try await folder.copiesLeft().map { .removeOrphan(.copy($0)) }
    } catch {
      found.repairs.problems.append(Notice(.notRepaired, about: .installation, error))
    }
  }

  /// Removes what belongs to no release, unless it came into use since; tells whether it did.
  func remove(_ orphan: Orphan) async throws -> Bool {
    switch orphan {
    case .resource(let resource):
      guard try await !namesInUse().contains(resource.name) else { return false }
      do {
        try await resource.remove()
      } catch let error as OrchestratorError where error.code == .conflict {
        // A container that is not ours uses an image of ours: it stays as long as that does.
        return false
      }
    case .folder(let path):
      guard FileManager.default.fileExists(atPath: path), try await !foldersInUse().contains(path) else { return false }
      try await AppFiles(commands: ChildProcessRunner(), user: .ourselves).remove(path)
    case .copy(let path): return try await folder.removeCopyLeft(path)
    }
    return true
  }

  /// The names of workloads that run or may run, and of images that a release may run from; an image's has a `/` in it.
  private func namesInUse() async throws -> Set<String> {
    let releases = try await store.releases().filter { $0.state != .failed }
    let running = releases.filter { $0.state != .retired }.flatMap(\.workloads).map(\.name)
    return Set(running + releases.flatMap(\.plan.components).map(\.image))
  }

  private func foldersInUse() async throws -> Set<String> {
    let releases = try await store.releases()
    let own = releases.map(\.plan).flatMap { plan in
      [folder.releases(of: plan.app), folder.release(plan.app, plan.release), folder.dependencies(of: plan.app)]
    }
    let builds = releases.filter { $0.state != .failed }.flatMap(\.plan.components).flatMap { component in
      [folder.builds(of: component.app), folder.builds(of: component.app) + "/\(component.build.number)"]
    }
    return Set(own + builds)
  }
}

extension AppFolder {
  fileprivate func isKnown(by known: KnownReleases) -> Bool {
    switch release {
    case nil: known.includes(app: app)
    case let text?: (try? ReleaseNumber(text)).map { known.includes($0.value, of: app) } ?? known.includes(app: app)
    }
  }
}
