package import OrchestratorModel

/// What stands in front of all apps and sends each request to the workload of its host.
package protocol ReverseProxy: Sendable {
  /// Makes sure that clients can be served on a public port, before anything is begun for it.
  ///
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed` or `public_port_taken`.
  func checkPublicPort(of plan: DeploymentPlan) async throws

  /// Makes sure that clients of an app that is to come are answered at its public port, before anything is built for it.
  ///
  /// - Returns: what came of it where the proxy did not listen there before.
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed` or `public_port_taken`.
  func open(for plan: DeploymentPlan) async throws -> ProxyChange?

  /// Brings the routes of the store into force, and returns when a request that comes in now is sent along them.
  ///
  /// If they cannot be brought into force the ones before stay.
  ///
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed` or `public_port_taken`.
  func apply(_ intent: ApplyIntent) async throws -> ProxyChange

  /// Has clients of an app that is being deployed for the first time told so, and those of no other.
  func publishPendingHosts() async throws

  /// Waits until no request is left that came in before the last change, at most for `limit`.
  ///
  /// - Returns: whether they all ended in time.
  func drain(atMost limit: Duration) async throws -> Bool

  /// Makes sure that a proxy that is to run is looked after, as its supervisor may have been killed; that it can start, as a person may
  /// have changed its files; and that its logs do not grow for ever.
  ///
  /// - Returns: what was done; nil when nothing was needed.
  func repair() async throws -> Notice?

  /// Makes sure that the proxy does not run where no app has a route and none is being deployed; the next deploy starts it.
  ///
  /// - Returns: whether no app needs it.
  func stopIfUnused() async throws -> Bool

  /// Makes sure that it does not run where it was started for an app that did not come, and no other app needs it.
  func stopIfIdleStart() async throws

  /// What the proxy does right now.
  func status() async throws -> ProxyStatus

  /// What ``apply(_:)`` would have to bring into force to restore what the store says; nil when there is nothing, or a command
  /// is just changing it. Nothing is changed by asking.
  func pendingChange() async throws -> Notice?

  /// The apps whose own part of the configuration is left out, as nginx refuses it.
  func quarantined() async throws -> [ProxyStatus.Quarantine]

  /// Makes all files anew and has the proxy read them, also if nothing has changed.
  ///
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed`.
  func reload() async throws -> ProxyChange

  /// The files of the configuration in force, by their paths, in the order in which a person reads them; none when there is none.
  func files() async throws -> [ProxyFile]
}

/// What routes are brought into force for.
package enum ApplyIntent: Sendable, Equatable {
  /// Clients at a public port are to be served, also if there is no app yet: the proxy is started if need be. That another port is taken
  /// by another program is only noted.
  case serve(TCPPort)
  /// What is served is to be as the store says; where no app is served, or is to be, the proxy is not started for that.
  case restore

  /// The public port that must be served.
  var requiredPort: TCPPort? { if case .serve(let port) = self { port } else { nil } }
}
