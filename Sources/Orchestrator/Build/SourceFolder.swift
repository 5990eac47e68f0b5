import Foundation
import Glibc

/// An app's source as the person keeps it; only read, never written.
struct SourceFolder: Sendable {
  /// The absolute path, links followed.
  let path: String

  /// Opens the folder at `path`.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is none, `invalid_input` when it is a file, or empty.
  init(_ path: String) throws {
    let manager = FileManager.default
    guard manager.fileExists(atPath: path) else {
      throw OrchestratorError(
        .notFound, "there is no folder \(path.quoted)", hint: "name the folder with the app's source")
    }
    guard manager.isFolder(path) else {
      throw OrchestratorError(
        .invalidInput, "\(path.quoted) is a file, not a folder", hint: "name the folder with the app's source")
    }
    guard let names = try? manager.contentsOfDirectory(atPath: path) else {
      throw OrchestratorError(.invalidInput, "the folder \(path.quoted) cannot be read", hint: "check its permissions")
    }
    guard !names.isEmpty else {
      throw OrchestratorError(
        .invalidInput, "the folder \(path.quoted) is empty: there is no app in it",
        hint: "name the folder with the app's source")
    }
    self.path = path.canonicalPath
  }

  func has(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + relative) }

  func isFolder(_ relative: String) -> Bool { FileManager.default.isFolder(path + "/" + relative) }

  /// The text of a file without a byte order mark, or nil when it cannot be read.
  func text(of relative: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + relative).map { data in
      let text = String(decoding: data, as: UTF8.self)
      return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }
  }

  /// Names of files and folders that hold an app's tests, and that `*` never stands for: they have apps of their own.
  static let tests = ["test", "tests", "test_*.py", "*_test.py", "conftest.py"]

  /// The files that `pattern` names, sorted; `*` stands for any part of one name, and never for a hidden or an ignored one,
  /// nor for tests.
  func files(matching pattern: String, within folder: String = ".", ignoring ignored: [String] = []) -> [String] {
    let parts = ([folder] + pattern.split(separator: "/").map(String.init)).filter { $0 != "." }
    let found = parts.reduce([""]) { folders, part in
      folders.flatMap { parent in
        names(matching: part, in: parent, ignoring: ignored).map { parent.isEmpty ? $0 : "\(parent)/\($0)" }
      }
    }
    return found.filter { has($0) && !isFolder($0) }
  }

  /// The files and folders that `patterns` name and that are there, each once, in the order of the patterns.
  func paths(named patterns: [String]) -> [String] {
    let found = patterns.flatMap { pattern -> [String] in
      let path = pattern.hasPrefix("./") ? String(pattern.dropFirst(2)) : pattern
      return path.contains("*") ? files(matching: path) : [path].filter(has)
    }
    return found.reduce(into: []) { paths, path in if !paths.contains(path) { paths.append(path) } }
  }

  private func names(matching pattern: String, in parent: String, ignoring ignored: [String]) -> [String] {
    guard pattern.contains("*") else { return [pattern] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + parent)) ?? []
    return names.filter { name in
      name.matches(wildcard: pattern) && !name.hasPrefix(".")
        && !name.isIgnored(by: ignored + Self.tests, atTop: parent.isEmpty)
    }.sorted()
  }
}

extension String {
  /// Whether the whole text matches `pattern`, in which `*` and `?` stand for anything (fnmatch).
  func matches(wildcard pattern: String) -> Bool { fnmatch(pattern, self, 0) == 0 }

  /// Whether one of `patterns` matches the name; those after a `/` only count at the top of a source.
  func isIgnored(by patterns: [String], atTop: Bool) -> Bool {
    patterns.contains { pattern in
      pattern.hasPrefix("/") ? atTop && matches(wildcard: String(pattern.dropFirst())) : matches(wildcard: pattern)
    }
  }
}
