/// Text with places `${name}` that are filled in before the text is used.
///
/// Filling is one pass over the text: what a value brings along is never looked at again, so a value cannot name another.
public struct Template: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The text, with its places still open.
  public let description: String

  package init(_ text: String) { description = text }

  /// Reads the template from a JSON string.
  public init(from decoder: any Decoder) throws {
    description = try decoder.singleValueContainer().decode(String.self)
  }

  /// Writes the template as a JSON string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// The names that stand in the open places, in order.
  package var names: [String] { Self.place.matches(in: description).map { String($0.output.name) } }

  /// The text with every place filled that `values` has a value for; the others stay as they are.
  package func filled(with values: [String: String]) -> String {
    Self.place.replacing(in: description) { match in values[String(match.output.name)] ?? String(match.output.0) }
  }

  private static let place = Pattern(/\$\{(?<name>[A-Za-z0-9_]+)\}/)
}

extension Sequence<Template> {
  package func filled(with values: [String: String]) -> [String] { map { $0.filled(with: values) } }
}

extension Dictionary where Key == String, Value == Template {
  package func filled(with values: [String: String]) -> [String: String] { mapValues { $0.filled(with: values) } }
}
