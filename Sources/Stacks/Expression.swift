import Foundation

/// A regular expression of a descriptor.
///
/// ICU searches, as it can be interrupted in the middle: an expression may take for ever on a text that was made for that.
package struct Expression: Sendable {
  /// What came of a search.
  package enum Outcome: Equatable {
    /// What the groups matched, the first of them at 0.
    case match([String])
    case noMatch
    /// It was given up.
    case unfinished
  }

  /// How often a search asks whether to go on: ICU has it asked after every place where no match begins, and every 10,000 attempts.
  private static let steps = 64

  private let expression: NSRegularExpression

  /// Reads the expression of a rule as most tools do: `^` and `$` are the ends of lines.
  ///
  /// - Throws: an error without words when it is none.
  package init(_ text: String) throws { expression = try Self.read(text, options: .anchorsMatchLines) }

  /// Reads an expression that a whole text must match.
  package init(ofWhole text: String) throws {
    // Checked alone first: brackets of ours must not complete it.
    _ = try Self.read(text, options: [])
    expression = try Self.read("\\A(?:\(text))\\z", options: [])
  }

  /// Searches `text` for as long as `isWanted`.
  package func firstMatch(in text: String, while isWanted: () -> Bool) -> Outcome {
    withoutActuallyEscaping(isWanted) { search(text, while: $0) }
  }

  private func search(_ text: String, while isWanted: @escaping () -> Bool) -> Outcome {
    var (outcome, count) = (Outcome.noMatch, 0)
    let whole = NSRange(location: 0, length: text.utf16.count)
    expression.enumerateMatches(in: text, options: [.reportProgress, .reportCompletion], range: whole) {
      match, flags, stop in
      if let match { outcome = .match(match.groups(in: text)) }
      // It has no room left to note where it was.
      if flags.contains(.internalError) { outcome = .unfinished }
      count += 1
      if match == nil, count % Self.steps == 0, !isWanted() { outcome = .unfinished }
      if outcome != .noMatch { stop.pointee = true }
    }
    return outcome
  }
}

extension NSTextCheckingResult {
  fileprivate func groups(in text: String) -> [String] {
    (1..<max(1, numberOfRanges)).map { index in Range(range(at: index), in: text).map { String(text[$0]) } ?? "" }
  }
}

extension Expression {
  private static func read(_ text: String, options: NSRegularExpression.Options) throws -> NSRegularExpression {
    do { return try NSRegularExpression(pattern: text, options: options) } catch {
      return try NSRegularExpression(pattern: translated(text), options: options)
    }
  }

  /// The expression as ICU writes it: other tools have braces stand for themselves where they count nothing, and other words for a few
  /// things.
  private static func translated(_ text: String) -> String {
    if text.isEmpty { return "(?:)" }
    return text.replacing("(?P<", with: "(?<").replacing(/\(\?'(\w+)'/) { "(?<\($0.1)>" }
      .replacing(/\\u\{([0-9A-Fa-f]+)\}/) { "\\x{\($0.1)}" }
      .replacing(/\\0(?![0-9])/) { _ in "\\x00" }
      .replacing(/\{,(\d+)\}/) { "{0,\($0.1)}" }
      .replacing(/\\[xpPN]\{[^}]*\}|\\.|\{\d+(?:,\d*)?\}|[{}]/) { match in
        ["{", "}"].contains(match.output) ? "\\\(match.output)" : String(match.output)
      }
  }
}
