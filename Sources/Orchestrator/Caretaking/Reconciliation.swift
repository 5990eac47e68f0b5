import OrchestratorModel

/// What came of reconciling.
public struct Reconciliation: Sendable, Equatable, Codable {
  /// What was changed, or would be, one sentence each.
  public var done: [String] = []
  /// What is not as it should be, one sentence each.
  public var problems: [String] = []
  /// The apps that were left to others who are at them, one sentence each.
  public var busy: [String] = []

  /// Makes one in which nothing was done.
  public init() {}
}
