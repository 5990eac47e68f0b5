import Foundation
import Glibc
import OrchestratorModel
import OrchestratorSystem

/// The folder with everything that the proxy reads and writes.
package struct ProxyFolder: Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  package var lock: String { path + "/lock" }
  package var run: String { path + "/run" }
  package var logs: String { path + "/logs" }
  package var currentLink: String { path + "/current" }
  var currentMainFile: String { currentLink + "/nginx.conf" }

  /// With a file for each host whose app is being deployed for the first time.
  var pendingHosts: String { path + "/expected" }
  var pendingHostsLock: String { path + "/expected.lock" }

  package func generation(_ number: Int) -> String { "\(path)/generations/\(number)" }
  func mainFile(_ number: Int) -> String { generation(number) + "/nginx.conf" }

  private static let valuesFile = "configuration.json"

  /// The configuration in force; nil when there is none, or it cannot be read.
  package func current() -> NginxConfiguration? {
    FileManager.default.contents(atPath: "\(currentLink)/\(Self.valuesFile)").flatMap {
      try? JSONDecoder().decode(NginxConfiguration.self, from: $0)
    }
  }

  /// Writes a configuration's files into its own new folder, which is closed until all are there.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable` or `disk_full`.
  package func write(_ configuration: NginxConfiguration, for user: NginxUser) throws {
    do {
      try writeFiles(of: configuration, for: user)
    } catch let error as CocoaError {
      throw OrchestratorError.unwritable(path, error)
    }
  }

  private func writeFiles(of configuration: NginxConfiguration, for user: NginxUser) throws {
    let folder = generation(configuration.generation)
    let manager = FileManager.default
    try? manager.removeItem(atPath: folder)
    try makeFolder(folder, 0o700)
    FaultPoint.pass("generation folder made")
    let files = configuration.files
    for parent in Set(files.keys.map { "\(folder)/\($0)".parentFolder }) where parent != folder {
      try makeFolder(parent, 0o755)
    }
    // No process reads a file of it before all are there, and there can be many.
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      chmod("\(folder)/\(name)", 0o644)
    }
    FaultPoint.pass("generation half written")
    try JSONEncoder().encode(configuration).write(to: URL(fileURLWithPath: "\(folder)/\(Self.valuesFile)"))
    try admit(user, to: configuration.generation)
    try makeDurable(Set(files.keys).union([Self.valuesFile]), in: folder)
    FaultPoint.pass("generation written")
  }

  /// A link to them that survives a loss of power must not lead to files that do not.
  private func makeDurable(_ files: Set<String>, in folder: String) throws {
    let paths = files.map { "\(folder)/\($0)" }
    do {
      try Durable.sync(paths + Set(paths.map(\.parentFolder)) + [folder.parentFolder], in: folder)
    } catch {
      throw OrchestratorError.unwritable(path, error)
    }
  }

  /// Notes that nginx serves a generation with these workers, and takes no new requests with an earlier one any more.
  func markVerified(_ number: Int, with workers: NginxWorkers) {
    let data = try? JSONEncoder().encode(workers)
    _ = FileManager.default.createFile(atPath: verifiedFile(number), contents: data)
    FaultPoint.pass("generation proven")
  }

  func markUnverified(_ number: Int) { unlink(verifiedFile(number)) }

  func isVerified(_ number: Int) -> Bool { FileManager.default.fileExists(atPath: verifiedFile(number)) }

  /// The workers that served a generation when it was proven, if nginx has written errors into its log since, as it does when one of
  /// them ends; nil when it has not, or they are not known.
  func workersBeforeErrors(of number: Int) -> NginxWorkers? {
    guard let proof = Self.changed(verifiedFile(number)), let error = Self.changed(logs + "/error.log"), error >= proof
    else {
      return nil
    }
    return FileManager.default.contents(atPath: verifiedFile(number)).flatMap {
      try? JSONDecoder().decode(NginxWorkers.self, from: $0)
    }
  }

  private static func changed(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }

  private func verifiedFile(_ number: Int) -> String { generation(number) + "/proven" }

  /// Notes whether nginx was started for an app that is to come, and has served none since.
  func markIdleStart(_ isIdleStart: Bool) {
    if isIdleStart { _ = FileManager.default.createFile(atPath: inVainFile, contents: nil) } else { unlink(inVainFile) }
  }

  var isIdleStart: Bool { FileManager.default.fileExists(atPath: inVainFile) }

  private var inVainFile: String { path + "/in-vain" }

  /// Moves the link to a generation, in one stroke (rename(2)).
  func makeCurrent(_ number: Int) throws {
    let fresh = currentLink + ".new"
    try? FileManager.default.removeItem(atPath: fresh)
    try FileManager.default.createSymbolicLink(atPath: fresh, withDestinationPath: "generations/\(number)")
    FaultPoint.pass("generation about to be current")
    guard rename(fresh, currentLink) == 0 else { throw OrchestratorError.unwritable(path, nil) }
    try? Durable.sync(path)
    FaultPoint.pass("generation current")
  }

  /// Has clients of the hosts, written `HOST-PORT`, told that an app is to come. One that cannot be told gets what other unknown hosts get.
  func expect(_ hosts: Set<String>) {
    let manager = FileManager.default
    for host in manager.names(in: pendingHosts) where !hosts.contains(host) { unlink("\(pendingHosts)/\(host)") }
    guard !hosts.isEmpty else { return }
    // nginx asks for one that it knows by name.
    try? makeFolder(pendingHosts, 0o711)
    for host in hosts { _ = manager.createFile(atPath: "\(pendingHosts)/\(host)", contents: nil) }
  }

  /// When the link was moved last; nil when there is none.
  var changedAt: Date? { Self.changed(currentLink) }

  package func removeCurrent() { unlink(currentLink) }

  func removeGeneration(_ number: Int) {
    try? FileManager.default.removeItem(atPath: generation(number))
    FaultPoint.pass("generation removed")
  }

  func removeGenerations(except kept: [Int?]) {
    for number in generations where !kept.contains(number) { removeGeneration(number) }
  }

  /// Removes configurations of commands that were killed before these were in force.
  func removeUnfinished(after current: Int) {
    unlink(currentLink + ".new")
    for number in generations where number > current { removeGeneration(number) }
  }

  /// The numbers of the configurations that have a folder.
  package var generations: [Int] { FileManager.default.names(in: path + "/generations").compactMap(Int.init) }

  /// nginx's own logs that have grown so large that it should begin new ones.
  var fullLogs: [RotatedLog] { ownLogs.filter { $0.size > $0.limit } }

  /// Whether nginx should begin new logs: one is full, or a command was killed that had moved one away and not told nginx yet.
  var wantsNewLogs: Bool {
    let manager = FileManager.default
    return !fullLogs.isEmpty
      || ownLogs.contains { !manager.fileExists(atPath: $0.path) && manager.fileExists(atPath: $0.path + ".1") }
  }

  /// What nginx wrote down last as an error, with its time; nil when it did not lately.
  package var lastError: String? {
    // The folder is nginx's user's, who could have put anything there.
    let descriptor = open(logs + "/error.log", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let log = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // What is no file has no end.
    guard let size = try? log.seekToEnd() else { return nil }
    let recent: UInt64 = 64 << 10
    guard (try? log.seek(toOffset: size > recent ? size - recent : 0)) != nil, let end = try? log.readToEnd() else {
      return nil
    }
    let levels = ["[error]", "[crit]", "[alert]", "[emerg]"]
    return String(decoding: end, as: UTF8.self).split(separator: "\n")
      .last { line in levels.contains { line.contains($0) } }.map { String($0).printableLine }
  }

  private var ownLogs: [RotatedLog] {
    ["access.log", "error.log"].map { name in
      var log = RotatedLog("\(logs)/\(name)")
      log.limit = 50 << 20
      return log
    }
  }

  /// Whether the files of a configuration still stand as they were written.
  package func holds(_ configuration: NginxConfiguration) -> Bool {
    let files = configuration.files
    // nginx reads whatever is in that folder.
    let apps = FileManager.default.names(in: generation(configuration.generation) + "/apps").map { "apps/" + $0 }
    return apps.allSatisfy { files[$0] != nil }
      && files.allSatisfy { name, text in
        FileManager.default.contents(atPath: "\(generation(configuration.generation))/\(name)") == Data(text.utf8)
      }
  }
}
