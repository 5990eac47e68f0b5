import OrchestratorModel
import OrchestratorSystem
import OrchestratorStore
import OrchestratorPlanning
import OrchestratorRuntimes

/// Refusing to build what would use up a disk.
struct DiskPreflight: Sendable {
  let store: Store
  let runtimes: Runtimes
  let folder: StateFolder
  /// How many bytes are kept free on every disk.
  let reserved: Int
  var commands: any CommandRunner = ChildProcessRunner()

  /// Makes sure that the disks have room for what building these components of one app will write, as far as can be told from their source
  /// and from the release that serves, and for what is kept free.
  ///
  /// - Parameter isCopied: whether the copies of their sources are made already.
  /// - Throws: ``OrchestratorError`` with the code `disk_full`.
  func ensureRoom(for components: [ComponentPlan], isCopied: Bool = false) async throws {
    guard let app = components.first?.app else { return }
    for need in try await needs(of: components, of: app, isCopied: isCopied)
    where need.disk.free < need.bytes + reserved {
      throw OrchestratorError(
        .diskFull,
        "deploying \(app.description.quoted) would fill the disk of \(need.folder.quoted): it takes about \(need.bytes.bytes), and of the \(need.disk.free.bytes) that are left \(reserved.bytes) are kept free",
        hint:
          "orchestrator prune --dry-run shows what can go; the setting reservedDisk says how much is kept free")
    }
  }

  /// What will be written to one disk.
  private struct Need {
    let disk: DiskSpace
    let folder: String
    var bytes = 0
  }

  private func needs(of components: [ComponentPlan], of app: AppName, isCopied: Bool) async throws -> [Need] {
    let live = try await store.liveRelease(of: app)?.plan
    var needs: [Int: Need] = [:]
    func need(_ bytes: Int, in folder: String) {
      guard let disk = DiskSpace(at: folder) else { return }
      needs[disk.device, default: Need(disk: disk, folder: folder)].bytes += bytes
    }
    for component in components {
      let place = await runtimes[component].buildFolder()
      guard component.hasOwnBuild else {
        if let place { need((try? await runtimes[component].releaseSize(of: component)) ?? 0, in: place) }
        continue
      }
      let source = try await SourceSnapshot.of(
        component, by: runtimes[component].sourceRules, leavingOut: folder.path, commands: commands
      ).size()
      let before = live?.component(replacedBy: component)
      var built = 0
      if let before { built = (try? await size(ofBuilt: before)) ?? 0 }
      // First a copy of the source; then what is built of it. That takes its place where it is the same folder, and is kept there once more.
      if !isCopied { need(source, in: folder.path) }
      if let place { need(place == folder.path ? max(source, built - source) : max(source, built), in: place) }
    }
    return Array(needs.values)
  }

  /// How many bytes a build has, and the release that it was made for.
  private func size(ofBuilt plan: ComponentPlan) async throws -> Int {
    try await runtimes[plan].buildSize(of: plan) + runtimes[plan].releaseSize(of: plan)
  }
}
