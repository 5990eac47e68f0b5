import Foundation

/// A copy of an app's source as it was when the deployment began, so that editing it during the build changes nothing.
struct SourceSnapshot {
  let source: SourceFolder
  /// Names that are left out, with `*`, at any depth or, after a `/`, at the top only; version control never comes along.
  let ignored: [String]
  /// A folder that may lie in the source and never belongs to it: our own state.
  let stateFolder: String
  /// Paths in the source that are left out.
  var ignoredPaths: Set<String> = []
  var dockerIgnore: DockerIgnore?
  /// Whether a link that leads out of the source is an error.
  var refusesLinksOutside = false

  init(of source: SourceFolder, ignoring ignored: [String], leavingOut stateFolder: String) {
    self.source = source
    self.ignored = ignored + [".git", ".hg", ".svn"]
    self.stateFolder = stateFolder.canonicalPath
  }

  /// Copies the source into the new folder `destination`. Links are copied as links.
  ///
  /// - Throws: what the file system says, or ``OrchestratorError`` with the code `invalid_input` for a link that is refused; the
  ///   caller removes what is left of the folder.
  func copy(to destination: String) throws {
    let manager = FileManager.default
    try makeFolder(destination)
    try visit { entry in
      let (from, to) = ("\(source.path)/\(entry.path)", "\(destination)/\(entry.path)")
      if entry.kind == .folder { return try makeFolder(to) }
      if entry.kind == .link { try refuseLinkOutside(entry.path) }
      // A folder that is left out comes along for what is excepted in it.
      if !manager.isFolder(to.parentFolder) { try makeFolder(to.parentFolder) }
      try manager.copyItem(atPath: from, toPath: to)
    }
  }

  private func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    FaultPoint.pass("source folder made")
  }

  /// How many bytes the files hold that are copied: up to the first that cannot be read, which the copy will name.
  func size() -> Int {
    var bytes = 0
    try? visit { bytes += $0.bytes }
    return bytes
  }

  /// The paths among `paths` that nothing else than `ignoredPaths` leaves out.
  func leftOutOnly(by paths: Set<String>) -> [String] {
    paths.filter { path in
      let parts = path.split(separator: "/").map(String.init)
      return !parts.indices.contains { parts[$0].isIgnored(by: ignored, atTop: $0 == 0) }
    }.sorted()
  }

  /// Something that comes along.
  private struct Entry {
    enum Kind { case folder, file, link }

    /// Where it is in the source.
    let path: String
    let kind: Kind
    var bytes = 0
  }

  /// Visits all that comes along, each folder before what is in it.
  private func visit(folder: String = "", _ work: (Entry) throws -> Void) throws {
    let manager = FileManager.default
    for name in try manager.contentsOfDirectory(atPath: "\(source.path)/\(folder)") {
      try Task.checkCancellation()
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if isIgnored(name, path, atTop: folder.isEmpty) { continue }
      guard !name.unicodeScalars.contains("\u{FFFD}") else {
        throw OrchestratorError(
          .invalidInput, "the name of a file in \("\(source.path)/\(folder)".quoted) is not UTF-8 text",
          hint: "rename it, or leave it out")
      }
      let isLeftOut = dockerIgnore?.leavesOut(path) ?? false
      let facts = try manager.attributesOfItem(atPath: "\(source.path)/\(path)")
      switch facts[.type] as? FileAttributeType {
      case .typeDirectory? where !isLeftOut:
        try work(Entry(path: path, kind: .folder))
        try visit(folder: path, work)
      case .typeDirectory? where dockerIgnore?.hasExceptions ?? false: try visit(folder: path, work)
      case .typeRegular? where !isLeftOut:
        try work(Entry(path: path, kind: .file, bytes: (facts[.size] as? NSNumber)?.intValue ?? 0))
      case .typeSymbolicLink? where !isLeftOut: try work(Entry(path: path, kind: .link))
      default: continue  // what is left out; sockets, pipes and devices are no source
      }
    }
  }

  private func isIgnored(_ name: String, _ path: String, atTop: Bool) -> Bool {
    "\(source.path)/\(path)" == stateFolder || ignoredPaths.contains(path) || name.isIgnored(by: ignored, atTop: atTop)
  }

  /// A link may lead nowhere, but not to where the app's author has no business.
  private func refuseLinkOutside(_ path: String) throws {
    guard refusesLinksOutside else { return }
    let link = "\(source.path)/\(path)"
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
    let written = target.hasPrefix("/") ? target : "\(link.parentFolder)/\(target)"
    let places = [written.withoutDots, link.canonicalPath]
    guard target.hasPrefix("/") || !places.allSatisfy({ $0.hasPrefix(source.path + "/") || $0 == source.path }) else {
      return
    }
    throw OrchestratorError(
      .invalidInput, "\(path.quoted) in the source is a link to \(target.quoted), which leads out of it",
      hint: "put what it leads to into the source, or name the link in .dockerignore")
  }
}

extension SourceSnapshot {
  /// The snapshot of a component's source by the rules of a runtime.
  ///
  /// - Parameter report: is told what only git leaves out, as it may be missed.
  static func of(
    _ plan: ComponentPlan, by rules: SourceRules, leavingOut stateFolder: String, commands: any CommandRunner,
    report: EventSink = { _ in }
  ) async throws -> SourceSnapshot {
    let source = try SourceFolder(plan.sourceFolder)
    var snapshot = SourceSnapshot(of: source, ignoring: plan.stack.build.ignore, leavingOut: stateFolder)
    snapshot.refusesLinksOutside = rules.refusesLinksOutside
    guard rules.heedsIgnoreFiles else { return snapshot }
    snapshot.dockerIgnore = source.text(of: ".dockerignore").map(DockerIgnore.init)
    let git = try await GitIgnore.of(source, commands: commands)
    if let problem = git.problem { report(.note(problem)) }
    snapshot.ignoredPaths = git.paths
    let missed = snapshot.leftOutOnly(by: git.paths)
    if !missed.isEmpty {
      let more = missed.count > 4 ? " and \(missed.count - 4) more" : ""
      report(.note("left out, as git ignores it: \(missed.prefix(4).joined(separator: ", ").printable)\(more)"))
    }
    return snapshot
  }
}
