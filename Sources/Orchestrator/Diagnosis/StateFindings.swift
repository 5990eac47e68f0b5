import Foundation
import OrchestratorStore

/// What the installation keeps: its folder and its store.
extension Doctor {
  func folderFindings() -> [Finding] {
    guard store.file.isThere else {
      return [.notice("state folder", installation.noInstallation, remedy: installation.otherFolder)]
    }
    var findings = tooWide.map { path, mode in
      Finding.problem(
        "state folder", "\(path.quoted) can be changed or read by others (its mode is \(String(mode, radix: 8)))",
        remedy: "chmod \(String(narrowed(mode, path), radix: 8)) \(path)", isFixable: true)
    }
    let hasProcesses = FileManager.default.isFolder(folder.processes)
    do {
      if hasProcesses { try folder.ensureReachable(from: "the users that apps run as") }
    } catch {
      findings.append(.problem("state folder", error))
    }
    return findings.isEmpty ? [.good("state folder", "\(folder.path) belongs to its owner")] : findings
  }

  /// What others may write to, or read although it is private, with its mode.
  private var tooWide: [(String, Int)] {
    [folder.path, folder.database, folder.database + "-wal", folder.database + "-shm"].compactMap { path in
      let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]) as? Int
      return mode.flatMap { narrowed($0, path) == $0 ? nil : (path, $0) }
    }
  }

  private func narrowed(_ mode: Int, _ path: String) -> Int { mode & (path == folder.path ? 0o755 : 0o600) }

  /// Takes from others what they should not have; gives back what was done.
  func narrowPermissions() -> [Notice] {
    tooWide.compactMap { path, mode in
      let narrow = narrowed(mode, path)
      let attributes: [FileAttributeKey: Any] = [.posixPermissions: narrow]
      guard (try? FileManager.default.setAttributes(attributes, ofItemAtPath: path)) != nil else { return nil }
      return Notice(
        .permissionsNarrowed, about: .installation,
        "changed the mode of \(path.quoted) to \(String(narrow, radix: 8))")
    }
  }

  func storeFindings() async -> [Finding] {
    guard store.file.isThere else { return [] }
    do {
      let damage = try await store.damage()
      guard !damage.isEmpty else { return [.good("store", "\(folder.database) is whole")] }
      return damage.map { fault in
        .problem(
          "store", "\(folder.database.quoted) is damaged: \(fault)",
          remedy: "put a backup in its place: orchestrator restore FILE; apps go on serving")
      }
    } catch {
      return [.problem("store", error)]
    }
  }

  /// What is left of commands that were interrupted, and what belongs to no release.
  func tidinessFindings() async -> [Finding] {
    do {
      try await installation.ensureNotLost()
      let preview =
        store.file.isThere ? try await Caretaker(installation: installation).preview() : Reconciliation()
      let findings =
        preview.done.map { Finding.notice("order", $0.text, remedy: "orchestrator reconcile", isFixable: true) }
        + preview.busy.map { Finding.good("order", $0.text) }
        + preview.problems.map { .notice("order", $0.text, remedy: "see to that, then: orchestrator reconcile") }
      return findings.isEmpty ? [.good("order", "nothing is left over, nothing is interrupted")] : findings
    } catch {
      return [.problem("order", error)]
    }
  }
}
