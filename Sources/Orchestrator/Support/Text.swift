extension String {
  /// The text in single quotes, with what a terminal would act on made visible.
  package var quoted: String { "'\(printable)'" }

  /// The text with its control characters written as `\u{…}`, so that printing it cannot move a cursor or forge a line.
  package var printable: String {
    String(
      unicodeScalars.flatMap { scalar in
        scalar.isControl ? Array(scalar.escaped(asASCII: true).unicodeScalars) : [scalar]
      }.map(Character.init))
  }

  /// The text if it is not empty.
  package var nonEmpty: String? { isEmpty ? nil : self }
}

extension Unicode.Scalar {
  var isControl: Bool { properties.generalCategory == .control }
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

extension String {
  /// How many letters must be inserted, removed or replaced to turn the text into `other` (Levenshtein).
  func editDistance(to other: String) -> Int {
    let target = Array(other)
    var row = Array(0...target.count)
    for (line, letter) in enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in target.indices {
        let replaced = diagonal + (letter == target[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[target.count]
  }
}
