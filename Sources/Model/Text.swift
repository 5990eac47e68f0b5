extension String {
  /// The text with spaces after it, up to `width` characters.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  /// The text as it stands in a page of HTML, where nothing of it means anything.
  package var escapedForHTML: String {
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")].reduce(self) { text, pair in
      text.replacing(pair.0, with: pair.1)
    }
  }

  /// The text if it is not empty.
  package var nonEmpty: String? { isEmpty ? nil : self }
}

extension Sequence<String> {
  /// The word of the sequence that `word` was probably meant to be, or nil when none is near.
  package func closest(to word: String) -> String? {
    let limit = Swift.max(1, word.count / 3)
    return map { (word: $0, distance: word.editDistance(to: $0)) }
      .filter { $0.distance <= limit || ($0.word.hasPrefix(word) && word.count > 2) }
      .min { $0.distance < $1.distance }?.word
  }
}

extension Sequence<String> {
  /// The word of the sequence that `word` was probably meant to be, to be put after it in an error; nothing when none is near.
  package func suggestion(for word: String) -> String {
    closest(to: word).map { " (did you mean \($0.quoted)?)" } ?? ""
  }
}

extension String {
  /// How many letters must be inserted, removed, replaced or swapped with the next to turn the text into `other`
  /// (optimal string alignment): people swap letters more often than anything else.
  func editDistance(to other: String) -> Int {
    let (source, target) = (Array(self), Array(other))
    var table = (0...source.count).map { row in (0...target.count).map { row == 0 ? $0 : row } }
    for (row, letter) in source.enumerated() {
      for (column, wanted) in target.enumerated() {
        let replaced = table[row][column] + (letter == wanted ? 0 : 1)
        var best = Swift.min(replaced, table[row][column + 1] + 1, table[row + 1][column] + 1)
        if row > 0, column > 0, letter == target[column - 1], source[row - 1] == wanted {
          best = Swift.min(best, table[row - 1][column - 1] + 1)
        }
        table[row + 1][column + 1] = best
      }
    }
    return table[source.count][target.count]
  }
}
