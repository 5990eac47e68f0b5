import Foundation
import Glibc
import OrchestratorModel

/// How few rights and resources a program gets that runs without a container.
///
/// It is put into force by util-linux's `setpriv`, `taskset` and `prlimit`, which each become the next program, so that what runs in
/// the end is the program itself.
package struct Sandbox: Sendable, Equatable {
  /// The user and group that it runs as; nil leaves it ours, as only root can become another.
  package var user: UInt32?
  /// How much memory each of its processes may have for itself, in bytes. Reserved addresses do not count (getrlimit(2), RLIMIT_DATA),
  /// of which some runtimes take gigabytes.
  package var memory: Int?
  /// How many processes and threads its user may have.
  package var processes: Int?
  /// How many files and connections each of its processes may have open; nil leaves it as it is.
  package var openFiles: Int?
  /// The processor cores on which it may run; empty means all of ours.
  package var cores: [Int] = []

  package init(
    user: UInt32? = nil, memory: Int? = nil, processes: Int? = nil, openFiles: Int? = nil, cores: [Int] = []
  ) {
    (self.user, self.memory, self.processes) = (user, memory, processes)
    (self.openFiles, self.cores) = (openFiles, cores)
  }

  /// The programs that must be there.
  package static let programs = ["setpriv", "taskset", "prlimit", "setsid", "env"]

  /// `words` with what confines it in front.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_unavailable` when a program is missing.
  package func command(_ words: [String]) throws -> [String] {
    try Self.path("setpriv") + rights + coresCommand + limitsCommand + words
  }

  /// `words` as a command that goes to a folder first, with the rights that it has by then.
  package static func command(_ words: [String], in folder: String) throws -> [String] {
    try path("env") + ["--chdir=\(folder)", "--"] + words
  }

  private var rights: [String] {
    let other = user.map {
      ["--reuid=\($0)", "--regid=\($0)", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    }
    return ["--no-new-privs"] + (other ?? [])
  }

  private var coresCommand: [String] {
    get throws {
      cores.isEmpty
        ? [] : try Self.path("taskset") + ["--cpu-list", cores.map(String.init).joined(separator: ",")]
    }
  }

  private var limitsCommand: [String] {
    get throws {
      let limits = [
        memory.map { "--data=\($0)" }, processes.map { "--nproc=\($0)" }, openFiles.map { "--nofile=\($0)" },
      ].compactMap(\.self)
      // No dump of a process's memory is ever written.
      return try Self.path("prlimit") + ["--core=0"] + limits
    }
  }

  /// Makes sure that the programs are there.
  package static func checkAvailable() throws { for program in programs { _ = try path(program) } }

  private static func path(_ program: String) throws -> [String] {
    guard let path = SystemPrograms.path(of: program) else {
      throw OrchestratorError(
        .runtimeUnavailable,
        "there is no program \(program.quoted) on this machine, without which no process is started",
        hint: "install util-linux and coreutils")
    }
    return [path]
  }
}

extension Sandbox {
  /// The cores on which this process may run (proc(5), `Cpus_allowed_list`).
  package static let ownCores: [Int] = {
    let status = SystemFile.text("/proc/self/status")
    let line = status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    return parseCores(line?.split(separator: ":").last.map(String.init) ?? "")
  }()

  /// Reads a list such as `0-3,8`.
  static func parseCores(_ text: String) -> [Int] {
    text.split(separator: ",").flatMap { range -> [Int] in
      let ends = range.split(separator: "-").compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      guard let first = ends.first, let last = ends.last, first <= last else { return [] }
      return Array(first...last)
    }
  }

  /// `count` of the cores `all`, beginning with another one for each `place`, so that neighbours do not crowd the first.
  package static func cores(_ count: Int, of all: [Int], beginningAt place: Int) -> [Int] {
    guard count < all.count else { return [] }
    return (0..<count).map { all[(place + $0) % all.count] }.sorted()
  }
}
