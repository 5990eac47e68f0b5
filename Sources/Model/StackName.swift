/// The name of a stack, such as `flask`: one lower-case DNS label, unique in the registry.
public struct StackName: TextValue {
  /// The label.
  public let description: String

  /// Accepts `text` as a name if it is one DNS label.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_name`.
  public init(_ text: String) throws { description = try DNSLabel.checked(text, as: "the name of a stack") }
}
