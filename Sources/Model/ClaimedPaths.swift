/// Paths such as `/api` that a component claims for itself where there are pages in front of it, as nginx tells them.
package struct ClaimedPaths: Sendable, Equatable {
  /// nginx reads no word of more than 4096 bytes ("too long parameter", ngx_conf_file.c), and there is more to the word than the paths.
  package static let longestExpression = 3500

  package let paths: [String]

  package init(paths: [String]) {
    self.paths = paths
  }

  /// An expression for the paths; nil when there are none.
  package var expression: String? {
    paths.isEmpty ? nil : Set(paths).sorted().map(\.escapedForExpressions).joined(separator: "|")
  }
}

extension String {
  /// A plain path as a part of a regular expression, in which only the dot means something else.
  package var escapedForExpressions: String { replacing(".", with: "\\.") }
}
