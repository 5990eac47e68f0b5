/// The user and the group of an app inside a container.
public enum ContainerUser: Sendable, Hashable, RawRepresentable, Codable {
  /// The app's own number, which its processes have as well, and no other app.
  case app
  /// These numbers, `10001:10001`.
  case numbers(String)

  private static let ownNumber = "app"

  /// What a descriptor says: `app`, or two numbers.
  public init(rawValue: String) { self = rawValue == Self.ownNumber ? .app : .numbers(rawValue) }

  /// The user as a descriptor says it.
  public var rawValue: String {
    switch self {
    case .app: Self.ownNumber
    case .numbers(let text): text
    }
  }
}
