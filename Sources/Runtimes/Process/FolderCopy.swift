import Glibc
import OrchestratorModel
import OrchestratorPlanning
import SystemPackage

/// Copies a folder that an app's user may be changing to where only our own user can.
///
/// All that is in it is reached from the open folder, and never through a link: nothing else comes along, whatever the app does
/// meanwhile. Links are copied as they are; sockets, pipes and devices are left out, and so is what makes a program run as its owner.
struct FolderCopy: Sendable {
  /// The user whose files come along: one of another got in by a further name (a hard link), and root would read it for the app. Nil
  /// where we are not root.
  let owner: UInt32?
  /// How deep folders may lie in one another.
  static let mostDepth = 200

  /// What could not be copied.
  struct Failure: Error {
    /// Where it is in the folder.
    let path: String
    let code: Errno
    var isAnothers = false

    var reason: String { isAnothers ? "it is a hard link to a file of another user" : code.description }
  }

  /// Copies `folder` to the new folder at `destination`, whose parent is there and ours alone.
  ///
  /// - Throws: ``Failure``, or `CancellationError`; the caller removes what was written.
  func copy(_ folder: String, to destination: String) async throws {
    let (source, parent) = try naming("") { () throws(Errno) in
      (try OpenFolder.at(folder), try OpenFolder.named(destination.parentFolder))
    }
    let name = String(destination.dropFirst(destination.parentFolder.count + 1))
    let copy = try naming("") { () throws(Errno) in try parent.makeFolder(name) }
    try await copyContents(of: source, to: copy, at: "", depth: 0)
    guard let permissions = source.facts(of: ".")?.permissions else { throw Failure(path: "", code: .current) }
    try naming("") { () throws(Errno) in try parent.setPermissions(permissions, of: name) }
  }

  private func copyContents(of folder: OpenFolder, to copy: OpenFolder, at place: String, depth: Int) async throws {
    guard depth <= Self.mostDepth else { throw Failure(path: place, code: .fileNameTooLong) }
    for name in try naming(place, { () throws(Errno) in try folder.rawNames() }) {
      try await Task.breathe()
      let path = place.below(String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
      // What is gone by now might have been a moment earlier.
      guard let facts = folder.facts(of: name) else { continue }
      switch facts.kind {
      case .folder:
        let (from, to) = try naming(path) { () throws(Errno) in (try folder.folder(name), try copy.makeFolder(name)) }
        try await copyContents(of: from, to: to, at: path, depth: depth + 1)
        try naming(path) { () throws(Errno) in try copy.setPermissions(facts.permissions, of: name) }
      case .file: try await copyFile(name, of: folder, to: copy, at: path)
      case .link:
        guard let target = folder.rawTarget(of: name) else { continue }
        try naming(path) { () throws(Errno) in try copy.makeLink(name, to: target) }
      case .other: break
      }
    }
  }

  private func copyFile(_ name: [CChar], of folder: OpenFolder, to copy: OpenFolder, at path: String) async throws {
    guard let file = try naming(path, { () throws(Errno) in try folder.file(name) }) else { return }
    if let owner, file.facts.owner != owner { throw Failure(path: path, code: .permissionDenied, isAnothers: true) }
    let new = try naming(path) { () throws(Errno) in try copy.makeFile(name) }
    do { _ = try await file.copy(to: new) } catch let code as Errno { throw Failure(path: path, code: code) }
  }

  private func naming<Value>(_ path: String, _ work: () throws(Errno) -> Value) throws -> Value {
    do throws(Errno) { return try work() } catch { throw Failure(path: path, code: error) }
  }
}
