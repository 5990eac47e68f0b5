import OrchestratorModel
import SystemPackage

/// Lists what of a source comes along.
struct SourceListing {
  private let snapshot: SourceSnapshot
  private var found: [SourceEntry] = []
  private var waiting = [Place()]

  /// A folder that is still to be looked into.
  private struct Place {
    var path = ""
    /// The line of `.dockerignore` that decides for it.
    var line: Int?
    var isInstalled = false
  }

  /// The file that tells a virtual environment of Python (PEP 405), and the folder with the packages of Node.
  private static let (environmentMark, packages) = ("pyvenv.cfg", "node_modules")

  private init(of snapshot: SourceSnapshot) { self.snapshot = snapshot }

  /// All that comes along, each folder before what is in it.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`, ``SourceFailure``, or `CancellationError`.
  package static func entries(of snapshot: SourceSnapshot) async throws -> [SourceEntry] {
    var listing = SourceListing(of: snapshot)
    while let place = listing.waiting.popLast() {
      try listing.look(into: place)
      try await Task.breathe()
    }
    return listing.found
  }

  private mutating func look(into place: Place) throws {
    guard let (folder, names) = try open(place.path) else { return }
    var place = place
    if names.contains(Self.environmentMark) { place.isInstalled = true }
    for name in names {
      try Task.checkCancellation()
      try note(name, in: folder, at: place)
    }
  }

  /// Opens a folder of the source; nil when it is gone by now, as it might have been a moment earlier.
  private func open(_ path: String) throws -> (OpenFolder, names: [String])? {
    do throws(Errno) {
      let folder = try snapshot.source.folder.folder(at: path.split(separator: "/").map(String.init))
      return (folder, try folder.names())
    } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw SourceFailure(path: path, code: error)
    }
  }

  private mutating func note(_ name: String, in folder: OpenFolder, at place: Place) throws {
    let path = place.path.below(name)
    if snapshot.isIgnored(name, path) { return }
    guard !name.unicodeScalars.contains("\u{FFFD}") else { throw noText(in: place) }
    guard let facts = folder.facts(of: name) else { return }
    let line = snapshot.dockerIgnore?.line(for: path, above: place.line)
    let isNamed = snapshot.dockerIgnore?.leavesOut(line) ?? false
    let isLeftOut = isNamed && (snapshot.heedsDockerIgnore || facts.kind == .link)
    if !isLeftOut { add(path, facts, in: folder, name, isInstalled: place.isInstalled) }
    guard facts.kind == .folder, !isLeftOut || snapshot.dockerIgnore?.hasExceptions ?? false else { return }
    waiting.append(Place(path: path, line: line, isInstalled: place.isInstalled || name == Self.packages))
  }

  private mutating func add(
    _ path: String, _ facts: FileFacts, in folder: OpenFolder, _ name: String, isInstalled: Bool
  ) {
    let kind: SourceEntry.Kind? =
      switch facts.kind {
      case .folder: .folder
      case .file: .file(facts.size)
      case .link: folder.target(of: name).map { .link($0) }
      // Sockets, pipes and devices are no source.
      case .other: nil
      }
    if let kind { found.append(SourceEntry(path: path, kind: kind, isInstalled: isInstalled)) }
  }

  private func noText(in place: Place) -> OrchestratorError {
    OrchestratorError(
      .invalidInput,
      "the name of a file in \(snapshot.source.path.below(place.path).quoted) is not UTF-8 text",
      hint: "rename it, or leave it out")
  }
}
