/// The name of an app, which is its subdomain too: one lower-case DNS label, unique on the machine.
public struct AppName: TextValue {
  /// The label, such as `shop`.
  public let description: String

  /// Host names that mean this machine itself and can be no app's.
  package static let reserved: Set<String> = ["localhost"]

  /// Accepts `text` as a name if it is one DNS label and not reserved.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_name`.
  public init(_ text: String) throws {
    description = try DNSLabel.checked(text, as: "a subdomain", suchAs: "'shop' or 'shop-2'")
    if Self.reserved.contains(text) {
      throw OrchestratorError(
        .invalidName, "\(text.quoted) cannot be a subdomain: it is reserved", hint: "choose another name")
    }
  }
}
