import Glibc
import OrchestratorModel
import OrchestratorPlanning
import SystemPackage

/// Copies a folder that an app's user may be changing to where only our own user can.
///
/// All that is in it is reached from the open folder, and never through a link: nothing else comes along, whatever the app does
/// meanwhile. Links are copied as they are, further names of a file (hard links) as such; sockets, pipes and devices are left out, and so
/// is what makes a program run as its owner.
struct FolderCopy: Sendable {
  /// The user whose files come along: one of another got in by a further name, and root would read it for the app. Nil where we are not
  /// root.
  let owner: UInt32?
  /// How deep folders may lie in one another.
  static let mostDepth = 200

  /// What could not be copied.
  struct Failure: Error {
    /// Where it is in the folder.
    let path: String
    let reason: Reason

    enum Reason: Equatable {
      case system(Errno)
      /// It is another user's file, by a hard link.
      case anothers
      /// Folders lie too deep in one another.
      case tooDeep
    }
  }

  /// Copies `folder`, which lies in a folder of ours, to the new folder at `destination`, whose parent is there and ours alone.
  ///
  /// - Throws: ``Failure``, or `CancellationError`; the caller removes what was written.
  func copy(_ folder: String, to destination: String) async throws {
    let (source, copy) = try naming([]) { () throws(Errno) in
      let source = try OpenFolder.named(folder.parentFolder).folder(folder.lastPathPart)
      return (source, try OpenFolder.named(destination.parentFolder).makeFolder(destination.lastPathPart))
    }
    var files: [FileIdentity: [CChar]] = [:]
    try await copyContents(of: Place(source: source, copy: copy), below: copy, &files)
  }

  /// A folder, and its copy.
  private struct Place {
    let source: OpenFolder
    let copy: OpenFolder
    /// Where it is, byte for byte, and how deep.
    var path: [CChar] = []
    var depth = 0

    func path(of name: [CChar]) -> [CChar] { (path.isEmpty ? [] : path + [CChar(UInt8(ascii: "/"))]) + name.dropLast() }
  }

  /// - Parameter files: where the copies are of the files that have further names.
  private func copyContents(of place: Place, below top: OpenFolder, _ files: inout [FileIdentity: [CChar]]) async throws
  {
    guard place.depth <= Self.mostDepth else { throw Failure(path: Self.text(place.path), reason: .tooDeep) }
    for name in try naming(place.path, { () throws(Errno) in try place.source.rawNames() }) {
      try await Task.breathe()
      // What is gone by now might have been a moment earlier.
      guard let facts = place.source.facts(of: name) else { continue }
      switch facts.kind {
      case .folder: try await copyFolder(name, facts, of: place, below: top, &files)
      case .file: try await copyFile(name, of: place, below: top, &files)
      case .link:
        guard let target = place.source.rawTarget(of: name) else { continue }
        try naming(place.path(of: name)) { () throws(Errno) in try place.copy.makeLink(name, to: target) }
      case .other: break
      }
    }
  }

  private func copyFolder(
    _ name: [CChar], _ facts: FileFacts, of place: Place, below top: OpenFolder, _ files: inout [FileIdentity: [CChar]]
  ) async throws {
    let path = place.path(of: name)
    let (source, copy) = try naming(path) { () throws(Errno) in
      (try place.source.folder(name), try place.copy.makeFolder(name))
    }
    let inside = Place(source: source, copy: copy, path: path, depth: place.depth + 1)
    try await copyContents(of: inside, below: top, &files)
    try naming(path) { () throws(Errno) in try place.copy.setPermissions(facts.permissions, of: name) }
  }

  private func copyFile(
    _ name: [CChar], of place: Place, below top: OpenFolder, _ files: inout [FileIdentity: [CChar]]
  ) async throws {
    let path = place.path(of: name)
    guard let file = try naming(path, { () throws(Errno) in try place.source.file(name) }) else { return }
    if let owner, file.facts.owner != owner { throw Failure(path: Self.text(path), reason: .anothers) }
    if let first = files[file.facts.identity] {
      return try naming(path) { () throws(Errno) in try place.copy.makeHardLink(name, to: first + [0], below: top) }
    }
    if file.facts.names > 1 { files[file.facts.identity] = path }
    let new = try naming(path) { () throws(Errno) in try place.copy.makeFile(name) }
    do { _ = try await file.copy(to: new) } catch let code as Errno {
      throw Failure(path: Self.text(path), reason: .system(code))
    }
  }

  private func naming<Value>(_ path: [CChar], _ work: () throws(Errno) -> Value) throws -> Value {
    do throws(Errno) { return try work() } catch { throw Failure(path: Self.text(path), reason: .system(error)) }
  }

  private static func text(_ path: [CChar]) -> String {
    String(decoding: path.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
