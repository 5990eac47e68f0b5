/// The name of a header of a request.
public struct HeaderName: TextValue {
  private static let pattern = Pattern(/[A-Za-z][A-Za-z0-9-]{0,63}/)

  /// The name as it was written; its case means nothing.
  public let description: String

  /// Accepts `text` if nginx takes it for a name: of letters, digits and `-`.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  public init(_ text: String) throws {
    guard Self.pattern.wholeMatch(in: text) != nil else {
      throw OrchestratorError(
        .invalidInput, "\(text.quoted) cannot be the name of a header",
        hint: "use letters, digits and '-', such as Remote-User")
    }
    description = text
  }
}
