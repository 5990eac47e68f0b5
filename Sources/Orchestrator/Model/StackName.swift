/// The name of a stack, such as `flask`: one lower-case DNS label, unique in the registry.
public struct StackName: TextValue {
  /// The label.
  public let description: String

  /// Accepts `text` as a name if it is one DNS label.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_name`.
  public init(_ text: String) throws {
    if let fault = DNSLabel.fault(in: text) {
      throw OrchestratorError(
        .invalidName, "\(text.quoted) cannot be the name of a stack: \(fault)",
        hint: "use 1 to \(DNSLabel.longest) of a-z, 0-9 and '-'")
    }
    description = text
  }
}
