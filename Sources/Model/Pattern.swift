/// A regular expression that is made once; a literal is made anew at each use.
package struct Pattern<Output>: @unchecked Sendable {
  // It has no closures, never changes, and what it is compiled to is kept in one atomic step.
  private let regex: Regex<Output>

  package init(_ regex: Regex<Output>) { self.regex = regex }

  /// The match of the whole text; nil when there is none.
  package func wholeMatch(in text: String) -> Regex<Output>.Match? { text.wholeMatch(of: regex) }

  /// The matches in the text, in their order.
  package func matches(in text: String) -> [Regex<Output>.Match] { text.matches(of: regex) }

  /// The text with each match replaced by what `replacement` makes of it.
  package func replacing(in text: String, with replacement: (Regex<Output>.Match) -> String) -> String {
    text.replacing(regex, with: replacement)
  }
}
