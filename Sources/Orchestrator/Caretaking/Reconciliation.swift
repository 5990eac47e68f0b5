import OrchestratorModel

/// What came of reconciling.
public struct Reconciliation: Sendable, Equatable, Codable {
  /// What was changed, or would be.
  public var done: [Notice] = []
  /// What is not as it should be.
  public var problems: [Notice] = []
  /// The apps that were skipped, as another command is changing them.
  public var busy: [Notice] = []

  /// Makes one in which nothing was done.
  public init() {}
}
