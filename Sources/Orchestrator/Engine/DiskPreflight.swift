/// Refusing a deployment that would use up a disk, before anything of it is begun.
extension DeploymentEngine {
  /// Makes sure that the disks have room for what the deployment will write, as far as can be told from its source and from the
  /// release that serves, and for what is kept free.
  ///
  /// - Throws: ``OrchestratorError`` with the code `disk_full`.
  func refuseIfDiskWouldFill(_ plan: DeploymentPlan) async throws {
    let live = try await store.liveRelease(of: plan.app)?.plan
    var needs: [Int: (disk: DiskSpace, folder: String, bytes: Int)] = [:]
    func need(_ bytes: Int, in folder: String) {
      guard let disk = DiskSpace(at: folder) else { return }
      needs[disk.device, default: (disk, folder, 0)].bytes += bytes
    }
    for component in plan.components {
      let source = try await SourceSnapshot.of(
        component, by: runtimes[component].sourceRules, leavingOut: folder.path, commands: ChildProcessRunner()
      ).size()
      let before = live?.components.first { $0.component == component.component && $0.runtime == component.runtime }
      var built = 0
      if let before { built = (try? await runtimes[before].buildSize(of: before)) ?? 0 }
      let place = await runtimes[component].buildFolder()
      // First a copy of the source; then what is built of it, which takes its place where that is the same folder.
      need(source, in: folder.path)
      if let place { need(place == folder.path ? max(0, built - source) : max(source, built), in: place) }
    }
    for (disk, folder, bytes) in needs.values where disk.free < bytes + configuration.reservedDisk {
      throw OrchestratorError(
        .diskFull,
        "deploying \(plan.app.description.quoted) would fill the disk of \(folder.quoted): it takes about \(bytes.bytes), and of the \(disk.free.bytes) that are left \(configuration.reservedDisk.bytes) are kept free",
        hint:
          "orchestrator prune --dry-run shows what can go; the setting reservedDisk says how much is kept free; nothing was begun"
          + (live.map { ", and \($0.release) still serves" } ?? ""))
    }
  }
}
