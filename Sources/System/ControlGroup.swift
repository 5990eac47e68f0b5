import Foundation
import Glibc
import OrchestratorModel

/// A control group (cgroups(7)) that holds all processes of one workload or one build, where root runs them.
///
/// Whatever is started in it stays in it, whatever becomes of its session, its parents and its environment: only root moves a process from
/// one group to another. It limits nothing.
package struct ControlGroup: Sendable, Equatable {
  /// The group below the folder of all of ours: the installation, and the name within.
  package let place: String
  private let folder: String

  /// The group of that name of the installation whose state is in `home`; nil where there can be none: to any user but root, and where no
  /// hierarchy of groups is to be seen.
  package init?(_ name: String, of home: String) {
    guard let hierarchy = Hierarchy.current else { return nil }
    place = "\(Self.installation(home))/\(name)"
    folder = "\(hierarchy.folder)/\(place)"
  }

  private static func installation(_ home: String) -> String { String(Digest.of([Data(home.utf8)]).prefix(12)) }

  private var parents: [String] { [folder.parentFolder.parentFolder, folder.parentFolder] }

  /// Makes the group if it is not there; tells whether it is there now.
  package func make() -> Bool {
    // Another that goes can take the folders above away in between.
    for _ in 1...10 {
      for path in parents + [folder] { mkdir(path, 0o755) }
      if FileManager.default.isFolder(folder) {
        FaultPoint.pass("control group made")
        return true
      }
      // Nothing else is missing where it may not be made at all.
      if !FileManager.default.isFolder(folder.parentFolder.parentFolder) { break }
    }
    return false
  }

  /// The file with the ids of the processes in the group; a process whose id is written there enters it.
  var entrance: String { folder + "/cgroup.procs" }

  /// The ids of the processes in the group.
  package var processes: Set<Int> {
    Set((SystemFile.text(entrance) ?? "").split(separator: "\n").compactMap { Int($0) })
  }

  /// Kills all processes in the group in one stroke, where the system can (version 2, Linux 5.14).
  package func kill() {
    SystemFile.put("1", into: folder + "/cgroup.kill")
  }

  /// Kills whatever is in the group, removes it, and the folders above if it was the last.
  ///
  /// What forks all the time is in no list that is made of it; only that the system lets the group go proves that nothing is in it.
  ///
  /// - Returns: whether it is gone; nothing is waited for longer than 10 s.
  @discardableResult
  package func remove() async -> Bool {
    guard FileManager.default.isFolder(folder) else { return true }
    let isGone = await pollToTheEnd(every: .milliseconds(5), atMost: .seconds(10)) {
      if rmdir(folder) == 0 || errno != EBUSY { return true }
      killEach()
      return false
    }
    guard isGone else { return false }
    for path in parents.reversed() { rmdir(path) }
    FaultPoint.pass("control group removed")
    return true
  }

  /// Kills all that are in the group, held fast meanwhile where the system cannot do it in one stroke (version 1, the freezer).
  private func killEach() {
    kill()
    SystemFile.put("FROZEN", into: folder + "/freezer.state")
    for process in processes { Glibc.kill(pid_t(process), SIGKILL) }
    SystemFile.put("THAWED", into: folder + "/freezer.state")
  }
}

/// What there is.
extension ControlGroup {
  /// The group of ours, of whatever installation, that a process is in; nil when it is in none.
  package static func place(of process: Int) -> String? {
    Hierarchy.current.flatMap { hierarchy in
      SystemFile.text("/proc/\(process)/cgroup").flatMap(hierarchy.place)
    }
  }

  /// The names of the groups of the installation whose state is in `home`.
  package static func names(of home: String) -> [String] {
    guard let hierarchy = Hierarchy.current else { return [] }
    let folder = "\(hierarchy.folder)/\(installation(home))"
    return FileManager.default.names(in: folder).filter { FileManager.default.isFolder("\(folder)/\($0)") }
  }
}

extension ControlGroup {
  /// One of the system's hierarchies of groups.
  package struct Hierarchy: Sendable, Equatable {
    /// Where it is mounted.
    let mount: String
    /// What of it is mounted there: all of it, or the part of a container that we are in.
    package let root: String
    /// What it is called in `/proc/PID/cgroup`: as one of its controllers; empty in version 2.
    package let name: String

    /// The folder of all of our groups.
    package var folder: String { mount + "/orchestrator" }

    /// The one that is used; nil to any user but root, who alone can make groups anywhere.
    package static let current = geteuid() == 0 ? SystemFile.text("/proc/self/mountinfo").flatMap(found) : nil

    /// Finds it among what is mounted (proc(5), `/proc/PID/mountinfo`): that of version 2 if there is one, else one of version 1 whose
    /// controller takes nothing from those who are in it.
    package static func found(in mounts: String) -> Hierarchy? {
      let all = mounts.split(separator: "\n").compactMap { Hierarchy.read(String($0)) }
      return ["", "freezer", "pids", "name=systemd"].lazy.compactMap { name in
        all.first { $0.names.contains(name) }.map { Hierarchy(mount: $0.mount, root: $0.root, name: name) }
      }.first
    }

    private static func read(_ line: String) -> (mount: String, root: String, names: [String])? {
      let fields = line.split(separator: " ").map(String.init)
      guard let end = fields.firstIndex(of: "-"), end + 3 < fields.count, fields[4].hasPrefix("/sys/fs/cgroup") else {
        return nil
      }
      switch fields[end + 1] {
      case "cgroup2": return (fields[4], fields[3], [""])
      case "cgroup": return (fields[4], fields[3], fields[end + 3].split(separator: ",").map(String.init))
      default: return nil
      }
    }

    /// The group of ours that stands in the contents of a file `/proc/PID/cgroup`.
    package func place(in text: String) -> String? {
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, fields[1].split(separator: ",", omittingEmptySubsequences: false).contains(name[...])
        else { continue }
        let ours = (root == "/" ? "" : root) + "/orchestrator/"
        return fields[2].hasPrefix(ours) ? String(fields[2].dropFirst(ours.count)) : nil
      }
      return nil
    }
  }
}
