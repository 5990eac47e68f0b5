/// The number of a release of one app, written `v1`, `v2`, …; a number is never given twice while the app exists.
public struct ReleaseNumber: TextValue {
  /// The number itself, from 1.
  public let value: Int

  /// The first release of an app.
  package static let first = ReleaseNumber(trusted: 1)

  private init(trusted value: Int) { self.value = value }

  /// Accepts a number from 1 up.
  public init?(_ value: Int) {
    guard value > 0 else { return nil }
    self.value = value
  }

  /// Accepts `v14` or `14`.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  public init(_ text: String) throws {
    let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
    guard let value = Int(digits), value > 0 else {
      throw OrchestratorError(.invalidInput, "\(text.quoted) is not a release: they are written v1, v2, …")
    }
    self.value = value
  }

  /// The number with its `v`.
  public var description: String { "v\(value)" }

  /// Orders releases by age, oldest first.
  public static func < (left: ReleaseNumber, right: ReleaseNumber) -> Bool { left.value < right.value }
}
