import Foundation

/// The patterns of a `.dockerignore` file.
///
/// They are read as Docker documents them (Dockerfile reference, ".dockerignore file"): each stands for paths from the top of the
/// source, `*` for any part of one name, `**` for any number of folders; `!` takes back what a line before left out; the last line
/// that matches a path, or a folder above it, decides.
package struct DockerIgnore: Sendable {
  private struct Rule {
    let line: Int
    let pattern: Wildcard
  }

  /// Which lines take back what those before left out.
  private var exceptions: Set<Int> = []
  /// The last line of each pattern that stands for a single path.
  private var plain: [String: Int] = [:]
  private var others: [Rule] = []
  /// How long the other patterns are together, in characters: each path is held against all of them.
  package private(set) var length = 0

  package init(_ text: String) {
    for (line, text) in text.split(whereSeparator: \.isNewline).enumerated() { read(text, line: line) }
  }

  private mutating func read(_ text: Substring, line: Int) {
    var pattern = text.trimmingCharacters(in: .whitespaces)
    guard !pattern.isEmpty, !pattern.hasPrefix("#") else { return }
    let isException = pattern.hasPrefix("!")
    if isException { pattern = pattern.dropFirst().trimmingCharacters(in: .whitespaces) }
    let parts = pattern.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty else { return }
    if isException { exceptions.insert(line) }
    let wildcard = Wildcard(ofPaths: parts.joined(separator: "/"))
    if let path = wildcard.plain {
      plain[path] = line
    } else {
      others.append(Rule(line: line, pattern: wildcard))
      length += wildcard.length
    }
  }

  /// The line that decides for a path, relative to the source; nil when none does. `above` is the one that decides for its folder.
  package func line(for path: String, above: Int?) -> Int? {
    let known = [above, plain[path]].compactMap(\.self).max()
    let later = others.last { $0.line <= known ?? -1 || Task.isCancelled || $0.pattern.matches(path) }?.line
    return [known, later].compactMap(\.self).max()
  }

  /// Whether what a line decides for is left out.
  func leavesOut(_ line: Int?) -> Bool { line.map { !exceptions.contains($0) } ?? false }

  /// Whether something in a folder that is left out may come along all the same.
  var hasExceptions: Bool { !exceptions.isEmpty }
}
