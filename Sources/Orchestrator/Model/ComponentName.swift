/// The name of one component of an app, such as `backend`: one lower-case DNS label, unique in the app.
public struct ComponentName: TextValue {
  /// The label.
  public let description: String

  /// Accepts `text` as a name if it is one DNS label.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_name`.
  public init(_ text: String) throws {
    if let fault = DNSLabel.fault(in: text) {
      throw OrchestratorError(
        .invalidName, "\(text.quoted) cannot be the name of a component: \(fault)",
        hint: "use 1 to \(DNSLabel.longest) of a-z, 0-9 and '-', such as 'backend'")
    }
    description = text
  }
}
