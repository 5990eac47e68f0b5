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
  /// - Parameter required: a public port that must be served, also if there is no app yet; that another one is taken by another program
  ///   is only noted.
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed` or `public_port_taken`.
  func apply(requiring required: TCPPort?) async throws -> ProxyChange

  /// Has clients of an app that is being deployed for the first time told so, and those of no other.
  func announce() async throws

  /// Waits until no request is left that came in before the last change, at most for `limit`.
  ///
  /// - Returns: whether they all ended in time.
  func drain(atMost limit: Duration) async throws -> Bool

  /// Makes sure that a proxy that is to run is looked after, as whoever did so may have been killed; that it can start, as somebody may have
  /// changed its files; and that its logs do not grow for ever.
  ///
  /// - Returns: what was done, in one sentence; nil when nothing was needed.
  func tend() async throws -> String?

  /// Makes sure that the proxy does not run where no app has a route and none is being deployed; the next deploy starts it.
  ///
  /// - Returns: whether nobody needs it.
  func stopIfUnused() async throws -> Bool

  /// Makes sure that it does not run where it was started for an app that did not come, and nobody else needs it.
  func stopIfStartedInVain() async throws

  /// What the proxy does right now.
  func status() async throws -> ProxyStatus

  /// The apps whose own part of the configuration is left out, as nginx refuses it.
  func quarantined() async throws -> [ProxyStatus.Quarantine]

  /// Makes all files anew and has the proxy read them, also if nothing has changed.
  ///
  /// - Throws: ``OrchestratorError`` with the code `proxy_failed`.
  func reload() async throws -> ProxyChange

  /// The files of the configuration in force, by their paths, in the order in which a person reads them; none when there is none.
  func files() async throws -> [ProxyFile]
}

/// What came of bringing routes into force.
public struct ProxyChange: Sendable, Equatable, Codable {
  /// The generation that serves; 0 when nobody is to be served.
  public var generation: Int
  /// What the person should know, one sentence each.
  public var notes: [String] = []
  /// What keeps apps from being reached, one sentence each.
  public var problems: [String] = []
}

/// A file of the proxy's configuration.
public struct ProxyFile: Sendable, Equatable, Codable {
  /// Where it is.
  public var path: String
  /// What is in it.
  public var text: String
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
  /// The number of the user that it runs as.
  public var user: Int?
  /// How many connections each of its workers can have.
  public var connections: Int?
  /// The public ports that it listens on.
  public var ports: [TCPPort]
  /// How many apps have a route.
  public var apps: Int
  /// The processes of nginx that take new requests, and those that only finish the ones they have.
  public var workers: Workers?
  /// The apps whose own part of the configuration nginx refuses.
  public var quarantined: [Quarantine] = []
  /// The folder with its configuration.
  public var configuration: String
  /// The folder with its access and error log.
  public var logs: String
  /// What nginx wrote into its log of errors last, with the time; nil when it did not lately.
  public var lastError: String?
  /// What keeps it from serving as it should, if something does.
  public var problem: String?

  /// How many processes of nginx there are.
  public struct Workers: Sendable, Equatable, Codable {
    /// Those that take new requests.
    public var active: Int
    /// Those of earlier generations, that finish the requests which they have.
    public var retiring: Int
  }

  /// An app whose own part of the configuration nginx refuses: it is served by the routing table, which is only slower.
  public struct Quarantine: Sendable, Equatable, Codable {
    /// The app.
    public var app: AppName
    /// What nginx says.
    public var reason: String
  }
}

extension [ProxyStatus.Quarantine] {
  /// What is to be said of them, one sentence for each thing that nginx says.
  var sentences: [String] {
    Dictionary(grouping: self, by: \.reason).sorted { $0.key < $1.key }.map { reason, refused in
      let apps = refused.map(\.app.description).sorted()
      let names = apps.count > 3 ? "\(apps.count) apps" : apps.joined(separator: ", ")
      return "nginx refuses the fast lane of \(names), served by the routing table in its place: \(reason)"
    }
  }
}
