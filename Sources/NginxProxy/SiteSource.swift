package import OrchestratorModel

/// What the proxy asks of the store: which apps are to be reached, and what goes on.
package protocol SiteSource: Sendable {
  /// All apps that are served, ordered by host.
  func sites() async throws -> [Site]

  /// What is being deployed of apps that nothing serves of yet.
  func pendingPlans() async throws -> [DeploymentPlan]

  /// How long each release that may have requests has for its last ones.
  func drains() async throws -> [Duration]

  /// Where the releases run, or will run, that serve or are being deployed.
  func runtimes() async throws -> Set<RuntimeName>

  /// The apps that are being changed at this moment.
  func appsBeingChanged() async throws -> Set<AppName>

  /// The apps that are being deployed at this moment.
  func appsBeingDeployed() async throws -> Set<AppName>

  /// The number of the next generation of the proxy's files; each number is given once.
  func nextGeneration() async throws -> Int
}
