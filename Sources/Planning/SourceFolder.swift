import Foundation
import Glibc
import OrchestratorModel
import OrchestratorSystem
import SystemPackage

/// An app's source as the person keeps it; only read, never written.
///
/// It is opened once. Whatever is asked of it later is looked for from there, and a link that leads out of it leads nowhere: its author
/// may be another person than the one who deploys, and may change it at any moment.
package struct SourceFolder: Sendable {
  /// The most that is read of a file that is looked into.
  static let mostText = 1 << 20

  /// The absolute path, links followed.
  package let path: String
  package let folder: OpenFolder
  /// The number of the user whom it belongs to.
  let author: UInt32

  /// Opens the folder at `path`, as a person named it.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is none, `invalid_input` when it is a file, or empty.
  package init(_ path: String) throws { try self.init(path) { () throws(Errno) in try OpenFolder.named(path) } }

  /// Opens a folder again that was opened before: no link may have been put in its way since.
  ///
  /// - Throws: the same as when it is opened first.
  package init(reopening path: String) throws { try self.init(path) { () throws(Errno) in try OpenFolder.at(path) } }

  private init(_ path: String, open: () throws(Errno) -> OpenFolder) throws {
    let names: [String]
    do throws(Errno) {
      let folder = try open()
      names = try folder.names()
      try self.init(path: folder.path, folder: folder)
    } catch {
      throw Self.refusal(of: path, for: error)
    }
    guard !names.isEmpty else {
      throw OrchestratorError(
        .invalidInput, "the folder \(path.quoted) is empty: there is no app in it",
        hint: "name the folder with the app's source")
    }
  }

  private init(path: String?, folder: OpenFolder) throws(Errno) {
    guard let path, let facts = folder.facts(of: ".") else { throw .current }
    (self.path, self.folder, author) = (path, folder, facts.owner)
  }

  private static func refusal(of path: String, for failure: Errno) -> OrchestratorError {
    let manager = FileManager.default
    if failure == .notDirectory, manager.fileExists(atPath: path), !manager.isFolder(path) {
      return OrchestratorError(
        .invalidInput, "\(path.quoted) is a file, not a folder", hint: "name the folder with the app's source")
    }
    if [.noSuchFileOrDirectory, .notDirectory].contains(failure) {
      return OrchestratorError(
        .notFound, "there is no folder \(path.quoted)", hint: "name the folder with the app's source")
    }
    return OrchestratorError(
      .invalidInput, "the folder \(path.quoted) cannot be read", hint: "check its permissions", underlying: failure)
  }

  /// The folder `relative` in it as a source of its own; nil where there is none.
  package func source(in relative: String) -> SourceFolder? {
    guard case .inside(let names, let facts?) = end(of: relative), facts.kind == .folder,
      let inside = try? folder.folder(at: names)
    else { return nil }
    return try? SourceFolder(path: ([path] + names).joined(separator: "/"), folder: inside)
  }

  package func has(_ relative: String) -> Bool { kind(of: relative) != nil }

  package func isFolder(_ relative: String) -> Bool { kind(of: relative) == .folder }

  /// What is there, where the links on the way lead; nil when there is nothing.
  package func kind(of relative: String) -> FileFacts.Kind? {
    if case .inside(_, let facts?) = end(of: relative) { facts.kind } else { nil }
  }

  private func end(of relative: String) -> InsideWalk.End { InsideWalk.end(of: relative, from: folder) }

  /// Makes sure that no link at `relative` leads out of the source.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  func ensureNoLinkOutside(at relative: String) throws {
    if case .outside(let link?) = end(of: relative) { throw link.refusal }
  }

  /// Opens a file; nil where there is none that may be read.
  package func open(_ relative: String) -> OpenFile? {
    guard case .inside(let names, let facts?) = end(of: relative), facts.kind == .file else { return nil }
    return try? open(names)
  }

  /// Opens the file to which `names` lead; nil when that is something else.
  ///
  /// - Throws: an `Errno`, or ``OrchestratorError`` with the code `invalid_input` when it is another user's file.
  package func open(_ names: [String]) throws -> OpenFile? {
    guard let name = names.last, let file = try folder.folder(at: names.dropLast()).file(name) else { return nil }
    guard !file.facts.isAnothers(than: author) else { throw Self.anothers(names.joined(separator: "/")) }
    return file
  }

  private static func anothers(_ path: String) -> OrchestratorError {
    OrchestratorError(
      .invalidInput,
      "\(path.quoted) in the source is a hard link to a file of another user, which the source's owner may not read",
      hint: "put a copy of the file into the source, or name it in .dockerignore")
  }

  /// The beginning of a file's text without a byte order mark, or nil when it cannot be read.
  package func text(of relative: String) -> String? {
    guard let file = open(relative), let bytes = try? file.piece(at: 0) else { return nil }
    let text = String(decoding: bytes.prefix(Self.mostText), as: UTF8.self)
    return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
  }
}

extension SourceFolder {
  /// How many characters the patterns of `.dockerignore` may have that are no plain paths.
  private static let mostPatterns = 1 << 15

  /// What its `.dockerignore` names; nil where it has none.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` when it would take too long to hold every file against it.
  func dockerIgnore() throws -> DockerIgnore? {
    guard let file = open(".dockerignore"), let text = text(of: ".dockerignore") else { return nil }
    let ignore = DockerIgnore(text)
    guard file.facts.size <= Self.mostText, ignore.length <= Self.mostPatterns else {
      throw OrchestratorError(
        .invalidInput,
        "'.dockerignore' in the source is too long: at most \(Self.mostText.bytes) are read, and \(Self.mostPatterns.bytes) of patterns with '*', '?' or '['",
        hint: "name folders in the place of their files")
    }
    return ignore
  }
}
