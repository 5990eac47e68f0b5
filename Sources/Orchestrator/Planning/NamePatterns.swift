/// A pattern of names of files and folders.
struct NamePattern: Sendable {
  let text: String
  private let wildcard: Wildcard

  init(_ text: String) { (self.text, wildcard) = (text, Wildcard(ofNames: text)) }

  func matches(_ name: String) -> Bool { wildcard.matches(name) }
}

/// Patterns of names; one after a `/` only counts at the top of a source.
struct NamePatterns: Sendable {
  private let everywhere: [NamePattern]
  private let atTop: [NamePattern]

  init(_ texts: [String]) {
    everywhere = texts.filter { !$0.hasPrefix("/") }.map { NamePattern($0) }
    atTop = texts.filter { $0.hasPrefix("/") }.map { NamePattern(String($0.dropFirst())) }
  }

  /// Whether one of the patterns matches the name.
  func match(_ name: String, atTop isAtTop: Bool) -> Bool {
    everywhere.contains { $0.matches(name) } || isAtTop && atTop.contains { $0.matches(name) }
  }
}
