/// What stands in front of all apps and sends each request to the workload of its host.
package protocol ReverseProxy: Sendable {
  /// Makes sure that clients can be served on a public port, before anything is built for it.
  ///
  /// - Throws: ``OrchestratorError`` with the code `public_port_taken`.
  func checkPublicPort(of plan: DeploymentPlan) async throws

  /// Brings the routes of the store into force, and returns when a request that comes in now is sent along them.
  ///
  /// If they cannot be brought into force the ones before stay.
  ///
  /// - Parameter required: a public port that must be served; that another one is taken by another program is only noted.
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed` or `public_port_taken`.
  func apply(requiring required: TCPPort?) async throws -> ProxyChange

  /// Waits until no request is left that came in before the last change, at most for `limit`.
  ///
  /// - Returns: whether they all ended in time.
  func drain(atMost limit: Duration) async throws -> Bool

  /// Makes sure that a proxy that is to run is looked after: whoever did so may have been killed.
  ///
  /// - Returns: what was done, in one sentence; nil when nothing was needed.
  func tend() async throws -> String?

  /// Makes sure that the proxy does not run; the next ``apply(requiring:)`` for an app starts it.
  func stop() async throws

  /// What the proxy does right now.
  func status() async throws -> ProxyStatus
}

/// What came of bringing routes into force.
package struct ProxyChange: Sendable, Equatable {
  /// The generation that serves.
  package var generation: Int
  /// What the person should know, one sentence each.
  package var notes: [String] = []
  /// What keeps apps from being reached, one sentence each.
  package var problems: [String] = []
}

/// What the proxy does.
public struct ProxyStatus: Sendable, Equatable, Codable {
  /// Whether nginx runs.
  public var running: Bool
  /// Where it runs: in a container or as a process.
  public var runtime: RuntimeName
  /// The generation that answers; nil when none does.
  public var serving: Int?
  /// The generation that was brought into force last.
  public var configured: Int?
  /// nginx's version, such as `1.30.6`.
  public var version: String?
  /// The public ports that it listens on.
  public var ports: [TCPPort]
  /// How many apps have a route.
  public var apps: Int
  /// The folder with its configuration.
  public var configuration: String
  /// The folder with its access and error log.
  public var logs: String
  /// What keeps it from serving as it should, if something does.
  public var problem: String?
}
