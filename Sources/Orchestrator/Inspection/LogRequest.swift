import OrchestratorModel

/// Which lines of an app are asked for.
public struct LogRequest: Sendable, Equatable {
  /// What printed the lines.
  public enum Source: String, Sendable, Codable {
    /// The app itself.
    case app
    /// The build of its image.
    case build
  }

  /// What printed the lines.
  public var source = Source.app
  /// The component; nil means all of them.
  public var component: ComponentName?
  /// Which of a component's instances; nil means all of them.
  public var instance: Int?
  /// The release; nil means the one that serves, or the last one that was tried.
  public var release: ReleaseNumber?
  /// How many of the last lines; nil means all.
  public var tail: Int?
  /// Whether new lines are given as they come, until the reader stops.
  public var follow = false

  /// Asks for the app's own lines of the release that serves.
  public init() {}
}
