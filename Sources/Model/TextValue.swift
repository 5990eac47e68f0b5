/// A value that people and files write as one word, and that is checked once, where it comes in.
public protocol TextValue: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// Accepts `text` if it is such a value.
  ///
  /// - Throws: ``OrchestratorError`` that says what is wrong with it.
  init(_ text: String) throws
}

extension TextValue {
  /// Reads the value from a JSON string.
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the value as a JSON string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Orders values as text.
  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// A value that is a key of a JSON object.
private struct TextKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { return nil }
}

extension TextValue where Self: CodingKeyRepresentable {
  /// The key under which the value stands.
  public var codingKey: any CodingKey { TextKey(stringValue: description) }

  /// Reads the value from a key.
  public init?(codingKey: some CodingKey) {
    guard let value = try? Self(codingKey.stringValue) else { return nil }
    self = value
  }
}
