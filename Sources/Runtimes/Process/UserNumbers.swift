import Foundation
import Glibc
package import OrchestratorModel
import OrchestratorSystem

/// Which numbers of users something on this machine has, so that no app gets one of them.
package struct UserNumbers: Sendable {
  /// Those of processes and files.
  private let used: Set<UInt32>
  /// Those that users may give to others, as for containers of their own (subuid(5), subgid(5)).
  private let subordinate: [ClosedRange<UInt32>]

  package init(used: Set<UInt32>, subordinate: [ClosedRange<UInt32>] = []) {
    (self.used, self.subordinate) = (used, subordinate)
  }

  /// Looks at this machine, and at the state of an installation.
  package init(of folder: StateFolder) {
    let ranges = ["/etc/subuid", "/etc/subgid"].flatMap { Self.ranges(in: SystemFile.text($0) ?? "") }
    let processes = ProcessTable.all().flatMap(\.users)
    self.init(used: Set(processes).union(Self.owners(in: folder)), subordinate: ranges)
  }

  /// Whether a process, a file, an account or a range of subordinate users has the number.
  package func have(_ number: UInt32) -> Bool {
    used.contains(number) || subordinate.contains { $0.contains(number) } || Self.isAccount(number)
  }

  /// The ranges of a file, `NAME:FIRST:COUNT` in each line.
  package static func ranges(in text: String) -> [ClosedRange<UInt32>] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
      guard fields.count == 3, let first = UInt32(fields[1]), let count = UInt32(fields[2]), count > 0 else {
        return nil
      }
      let (last, isTooFar) = first.addingReportingOverflow(count - 1)
      return first...(isTooFar ? .max : last)
    }
  }

  /// Whether a user or a group has the number, by whatever means this machine knows them (nsswitch.conf(5)).
  private static func isAccount(_ number: UInt32) -> Bool { getpwuid(number) != nil || getgrgid(number) != nil }

  /// Those who own what is in the state: releases, dependencies and what belongs to processes, down to where the folders are the apps' own.
  private static func owners(in folder: StateFolder) -> Set<UInt32> {
    ["releases", "dependencies", "processes"].reduce(into: []) { owners, name in
      note(folder.path + "/" + name, depth: 5, in: &owners)
    }
  }

  private static func note(_ path: String, depth: Int, in owners: inout Set<UInt32>) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    owners.insert(facts.st_uid)
    // What is in a folder of an app's own is of no other user than what is around it.
    guard depth > 0, facts.st_uid == geteuid(), facts.st_mode & S_IFMT == S_IFDIR else { return }
    for child in FileManager.default.children(of: path) { note(child, depth: depth - 1, in: &owners) }
  }
}
