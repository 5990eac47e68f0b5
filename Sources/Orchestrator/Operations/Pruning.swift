import OrchestratorModel

/// What came of pruning.
public struct Pruning: Sendable, Equatable, Codable {
  /// What was removed, or would be.
  public var done: [Notice] = []
  /// What could not be removed.
  public var problems: [Notice] = []
  /// The apps that were skipped, as another command is changing them.
  public var busy: [Notice] = []
  /// How many bytes the releases among it hold; an image shares some of its own with other images.
  public var bytes = 0
}
