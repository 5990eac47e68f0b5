extension [String] {
  /// The first few of the texts for a sentence, and how many there are beside them.
  package var shortened: String {
    prefix(4).joined(separator: ", ") + (count > 4 ? " and \(count - 4) more" : "")
  }
}
