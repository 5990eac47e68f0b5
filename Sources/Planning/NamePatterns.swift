/// A pattern of names of files and folders.
package struct NamePattern: Sendable {
  package let text: String
  private let wildcard: Wildcard

  package init(_ text: String) { (self.text, wildcard) = (text, Wildcard(ofNames: text)) }

  package func matches(_ name: String) -> Bool { wildcard.matches(name) }
}

/// Patterns of names; one after a `/` only counts at the top of a source.
package struct NamePatterns: Sendable {
  private let everywhere: [NamePattern]
  private let atTop: [NamePattern]

  package init(_ texts: [String]) {
    everywhere = texts.filter { !$0.hasPrefix("/") }.map { NamePattern($0) }
    atTop = texts.filter { $0.hasPrefix("/") }.map { NamePattern(String($0.dropFirst())) }
  }

  /// Whether one of the patterns matches the name.
  package func match(_ name: String, atTop isAtTop: Bool) -> Bool {
    everywhere.contains { $0.matches(name) } || isAtTop && atTop.contains { $0.matches(name) }
  }
}
