package import OrchestratorModel
import OrchestratorSystem

/// Where nginx runs: in a container, or as a process of this machine.
package protocol NginxHost: Sendable {
  /// Which of the two it is.
  var runtime: RuntimeName { get }

  /// The proxy's folder under the path at which nginx sees it.
  var visibleFolder: String { get }

  /// The user that the next nginx is started as.
  var newUser: NginxUser { get }

  /// The user of the nginx that is here, whatever this version would start it as; nil when there is none.
  func presentUser() async throws -> NginxUser?

  /// How many files the nginx that is here may have open, or one that would be started; nil where that cannot be seen.
  func openFiles() async throws -> Int?

  /// Makes sure that nginx can be started here.
  ///
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed` or `runtime_forbidden`.
  func checkAvailable() async throws

  /// Whether something of nginx is here, even if it does not run as it should.
  func exists() async throws -> Bool

  /// Whether nginx runs and takes requests.
  func isRunning() async throws -> Bool

  /// The version of nginx, as `nginx -v` prints it.
  func version() async throws -> String

  /// Starts nginx with the configuration at the path, once the folder is its user's; returns before it is known to serve.
  func start(configuration path: String) async throws

  /// Has nginx read its configuration again (SIGHUP); returns before it is known to serve.
  func reload() async throws

  /// Has nginx write into new files of log from now on, as those that it has were moved away (SIGUSR1).
  func reopenLogs() async throws

  /// Makes sure that nginx does not run.
  func stop() async throws

  /// Makes sure that an nginx that is to run is looked after; tells whether that was needed.
  func repair() async throws -> Bool

  /// What nginx says against the configuration at the path (`nginx -t`); nil when it accepts it.
  ///
  /// - Parameter usingRunning: whether the nginx that runs may be asked, which is quicker and sees the files as it does.
  func validationError(for path: String, usingRunning: Bool) async throws -> String?

  /// The worker processes of nginx.
  func workers() async throws -> NginxWorkers

  /// What nginx printed last.
  func lastOutput() async throws -> [String]
}

extension NginxHost {
  /// The user of the nginx that is here, or of one that would be started.
  package func user() async throws -> NginxUser { try await presentUser() ?? newUser }
}

/// The ids of nginx's worker processes.
package struct NginxWorkers: Sendable, Equatable, Codable {
  /// The process whose children they are, if it was seen.
  package var master: Int?
  /// Those that take new connections.
  package var active: Set<Int> = []
  /// Those of earlier configurations, that only finish the requests they have.
  package var retiring: Set<Int> = []

  /// Takes in a process of nginx by the title that it has given itself.
  package mutating func note(title: String, id: Int) {
    if title.contains("master process") { master = id }
    guard title.contains("worker process") else { return }
    if title.contains("shutting down") { retiring.insert(id) } else { active.insert(id) }
  }

  /// Whether one of those that were active in `earlier` has ended, and not all of nginx with it.
  func hasLost(anyOf earlier: NginxWorkers) -> Bool {
    master == earlier.master && !earlier.active.isSubset(of: active)
  }
}

extension NginxWorkers {
  /// The workers of the nginx whose master is the process `master` of this machine.
  package init(of master: Int) {
    self.master = master
    for process in ProcessTable.all() where process.parent == master { note(title: process.title, id: process.id) }
  }
}
