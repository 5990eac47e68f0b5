import OrchestratorModel

/// What came of pruning.
public struct Pruning: Sendable, Equatable, Codable {
  /// What was removed, or would be, one sentence each.
  public var done: [String] = []
  /// What could not be removed, one sentence each.
  public var problems: [String] = []
  /// The apps that were left to others who are at them, one sentence each.
  public var busy: [String] = []
  /// How many bytes the releases among it hold; an image shares some of its own with other images.
  public var bytes = 0
}
