import Foundation

/// The patterns of a `.dockerignore` file.
///
/// They are read as Docker documents them (Dockerfile reference, ".dockerignore file"): each stands for paths from the top of the
/// source, `*` for any part of one name, `**` for any number of folders; `!` takes back what a line before left out; the last line
/// that matches a path, or a folder above it, decides.
struct DockerIgnore {
  private struct Rule {
    let expression: Regex<AnyRegexOutput>
    let isException: Bool
  }

  private let rules: [Rule]

  init(_ text: String) {
    rules = text.split(whereSeparator: \.isNewline).compactMap { line in
      var pattern = line.trimmingCharacters(in: .whitespaces)
      guard !pattern.isEmpty, !pattern.hasPrefix("#") else { return nil }
      let isException = pattern.hasPrefix("!")
      if isException { pattern = pattern.dropFirst().trimmingCharacters(in: .whitespaces) }
      let parts = pattern.split(separator: "/").filter { $0 != "." }
      let expression = try? Regex(Self.expression(for: parts.joined(separator: "/")))
      return parts.isEmpty ? nil : expression.map { Rule(expression: $0, isException: isException) }
    }
  }

  /// Whether the path, relative to the source, is left out.
  func leavesOut(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    let withParents = parts.indices.map { parts[...$0].joined(separator: "/") }
    let decisive = rules.last { rule in withParents.contains { $0.wholeMatch(of: rule.expression) != nil } }
    return decisive.map { !$0.isException } ?? false
  }

  /// Whether something in a folder that is left out may come along all the same.
  var hasExceptions: Bool { rules.contains(where: \.isException) }

  /// The regular expression for a pattern: all but the signs that mean something here stands for itself.
  private static func expression(for pattern: String) -> String {
    var expression = ""
    var rest = pattern[...]
    while let character = rest.first {
      if rest.hasPrefix("**/") {
        expression += "(?:.*/)?"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("**") {
        expression += ".*"
        rest = rest.dropFirst(2)
      } else {
        rest = rest.dropFirst()
        switch character {
        case "*": expression += "[^/]*"
        case "?": expression += "[^/]"
        case "\\": expression += NSRegularExpression.escapedPattern(for: rest.popFirst().map(String.init) ?? "")
        case "[":
          let (set, after) = Self.set(rest)
          expression += set
          rest = after
        default: expression += NSRegularExpression.escapedPattern(for: String(character))
        }
      }
    }
    return expression
  }

  /// A set of characters such as `[a-z]` or `[^0-9]`; a bracket that nothing closes stands for itself.
  private static func set(_ rest: Substring) -> (expression: String, after: Substring) {
    guard let end = rest.firstIndex(of: "]"), end != rest.startIndex else { return ("\\[", rest) }
    let members = rest[..<end].replacing("\\", with: "\\\\").replacing("[", with: "\\[")
    return ("[\(members)]", rest[rest.index(after: end)...])
  }
}
