/// Where nginx runs: in a container now, as a process of the machine later.
package protocol NginxHost: Sendable {
  /// The proxy's folder under the path at which nginx sees it.
  var visibleFolder: String { get }

  /// Whether nginx runs.
  func isRunning() async throws -> Bool

  /// The version of nginx, as `nginx -v` prints it.
  func version() async throws -> String

  /// Starts nginx with the configuration at the path; returns before it is known to serve.
  func start(configuration path: String) async throws

  /// Has nginx read its configuration again (SIGHUP); returns before it is known to serve.
  func reload() async throws

  /// Makes sure that nginx does not run.
  func stop() async throws

  /// What nginx says against the configuration at the path (`nginx -t`); nil when it accepts it.
  ///
  /// - Parameter usingRunning: whether the nginx that runs may be asked, which is quicker and sees the files as it does.
  func objection(to path: String, usingRunning: Bool) async throws -> String?

  /// The worker processes of nginx.
  func workers() async throws -> NginxWorkers

  /// What nginx printed last.
  func lastOutput() async throws -> [String]
}

/// The ids of nginx's worker processes.
package struct NginxWorkers: Sendable, Equatable {
  /// Those that take new connections.
  package var active: Set<Int> = []
  /// Those of earlier configurations, that only finish the requests they have.
  package var retiring: Set<Int> = []
}
