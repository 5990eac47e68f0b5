/// How many files and connections a process may have open.
package enum OpenFiles {
  /// What the process with this id can give itself at most, and what no server needs more of; nil where that cannot be seen (proc(5),
  /// `/proc/PID/limits`: the soft limit, then the hard one).
  package static func most(of id: Int) -> Int? { SystemFile.text("/proc/\(id)/limits").flatMap(parse) }

  package static func parse(_ limits: String) -> Int? {
    guard let match = limits.firstMatch(of: /Max open files +\S+ +(\d+|unlimited)/) else { return nil }
    return min(Int(match.1) ?? .max, 65536)
  }
}
