/// Paths such as `/api` that a component claims for itself where there are pages in front of it, as nginx tells them.
struct ClaimedPaths: Sendable, Equatable {
  /// nginx reads no word of more than 4096 bytes ("too long parameter", ngx_conf_file.c), and there is more to the word than the paths.
  static let longestExpression = 3500

  let paths: [String]

  /// An expression for the paths; nil when there are none.
  var expression: String? {
    paths.isEmpty ? nil : Set(paths).sorted().map(\.escapedForExpressions).joined(separator: "|")
  }
}

extension String {
  /// A plain path as a part of a regular expression, in which only the dot means something else.
  var escapedForExpressions: String { replacing(".", with: "\\.") }
}
