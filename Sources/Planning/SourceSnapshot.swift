import Foundation
package import OrchestratorModel
package import OrchestratorSystem
import SystemPackage

/// A copy of an app's source as it was when the deployment began, so that editing it during the build changes nothing.
///
/// The source is read from its open folder only, so nothing comes along but what is in it, whatever its author does meanwhile.
package struct SourceSnapshot {
  package let source: SourceFolder
  /// Names that are left out, with `*`, at any depth or, after a `/`, at the top only; version control never comes along.
  private let ignored: NamePatterns
  /// A folder that may lie in the source and never belongs to it: our own state.
  private let stateFolder: String
  /// Paths in the source that are left out.
  var ignoredPaths: Set<String> = []
  var dockerIgnore: DockerIgnore?
  /// Whether all that `.dockerignore` names is left out, or of that only links.
  var heedsDockerIgnore = true

  package init(of source: SourceFolder, ignoring ignored: [String], leavingOut stateFolder: String) {
    self.source = source
    self.ignored = NamePatterns(ignored + [".git", ".hg", ".svn"])
    self.stateFolder = stateFolder.canonicalPath
  }

  /// All that comes along, each folder before what is in it.
  package func entries() async throws -> [SourceEntry] { try await SourceListing.entries(of: self) }

  /// How many bytes the files hold that are copied; none where the source cannot be read, as the copy will say.
  package func size() async -> Int { ((try? await entries()) ?? []).reduce(0) { $0 + $1.bytes } }

  package func isIgnored(_ name: String, _ path: String) -> Bool {
    "\(source.path)/\(path)" == stateFolder || ignoredPaths.contains(path) || ignored.match(name, atTop: name == path)
  }

  /// The paths among `paths` that nothing else than `ignoredPaths` leaves out.
  func leftOutOnly(by paths: Set<String>) -> [String] {
    paths.filter { path in
      let parts = path.split(separator: "/").map(String.init)
      return !parts.indices.contains { ignored.match(parts[$0], atTop: $0 == 0) }
    }.sorted()
  }
}

/// Copying it.
extension SourceSnapshot {
  /// Copies the source into the new folder `destination`. Links are copied as links.
  ///
  /// - Returns: the files that changed while they were copied; of those the copy is what was read.
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` for a link or a file that is refused, ``SourceFailure``, what the
  ///   file system says, or `CancellationError`; the caller removes what is left of the folder.
  package func copy(to destination: String) async throws -> [String] {
    let entries = try await entries()
    try makeFolders(of: entries, in: destination)
    // All links and folders are there before the first file: no link that leads elsewhere is ever written through.
    try copyLinks(entries.filter(\.isLink), to: destination)
    let changed = try await copyFiles(entries.filter { !$0.isFolder && !$0.isLink }, to: destination)
    FaultPoint.pass("source copied")
    return changed
  }

  private func makeFolders(of entries: [SourceEntry], in destination: String) throws {
    // A folder that is left out comes along for what is excepted in it.
    let folders = [""] + entries.map { $0.isFolder ? $0.path : $0.folder }
    var made: Set<String> = []
    for folder in folders where made.insert(folder).inserted {
      try FileManager.default.createDirectory(atPath: "\(destination)/\(folder)", withIntermediateDirectories: true)
      FaultPoint.pass("source folder made")
    }
  }

  private func copyLinks(_ links: [SourceEntry], to destination: String) throws {
    for link in links {
      try FileManager.default.createSymbolicLink(
        atPath: "\(destination)/\(link.path)", withDestinationPath: link.target)
    }
    // In the copy, which no other user can change, and where what is left out is not there.
    let copy = try OpenFolder.named(destination)
    for link in links {
      try Task.checkCancellation()
      guard case .outside = InsideWalk.end(of: link.path, from: copy) else { continue }
      // What installed packages brought along leads to programs of this machine, and is of no use elsewhere.
      guard link.isInstalled else { throw InsideWalk.Link(path: link.path, target: link.target).refusal }
      try FileManager.default.removeItem(atPath: "\(destination)/\(link.path)")
    }
  }

  private func copyFiles(_ files: [SourceEntry], to destination: String) async throws -> [String] {
    var changed: [String] = []
    for file in files {
      do {
        if try await copy(file, to: destination) { changed.append(file.path) }
      } catch let code as Errno {
        // One that is gone is changed, too.
        guard code == .noSuchFileOrDirectory else { throw SourceFailure(path: file.path, code: code) }
        changed.append(file.path)
      }
    }
    return changed
  }

  /// - Returns: whether it changed meanwhile.
  private func copy(_ file: SourceEntry, to destination: String) async throws -> Bool {
    try await Task.breathe()
    guard let opened = try source.open(file.names) else { throw Errno.tooManySymbolicLinkLevels }
    return try await opened.copy(to: "\(destination)/\(file.path)")
  }
}

extension SourceSnapshot {
  /// The snapshot of a component's source by the rules of a runtime.
  ///
  /// - Parameter report: is told what only git leaves out, as it may be missed.
  package static func of(
    _ plan: ComponentPlan, by rules: SourceRules, leavingOut stateFolder: String, commands: any CommandRunner,
    report: EventSink = { _ in }
  ) async throws -> SourceSnapshot {
    let source = try SourceFolder(reopening: plan.sourceFolder)
    var snapshot = SourceSnapshot(of: source, ignoring: plan.stack.build.ignore, leavingOut: stateFolder)
    snapshot.dockerIgnore = try source.dockerIgnore()
    snapshot.heedsDockerIgnore = rules.heedsIgnoreFiles
    guard rules.heedsIgnoreFiles else { return snapshot }
    let git = try await GitIgnore.of(source, commands: commands)
    let subject = Notice.Subject(plan)
    if let problem = git.problem { report(.note(.ignoreFilesUnread, .warning, about: subject, problem)) }
    snapshot.ignoredPaths = git.paths
    let missed = snapshot.leftOutOnly(by: git.paths)
    if !missed.isEmpty {
      report(
        .note(
          .sourceLeftOut, about: subject, "left out, as git ignores it: \(missed.shortened.printable)",
          context: ["files": missed.shortened.printable]))
    }
    return snapshot
  }
}
