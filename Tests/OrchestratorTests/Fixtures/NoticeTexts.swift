@testable import OrchestratorModel

extension [Notice] {
  /// What a person is told.
  var texts: [String] { map(\.text) }
}

extension Notice {
  /// One of which a test looks at the sentence only.
  static func sample(_ text: String) -> Notice { Notice(.advice, about: .installation, text) }
}
