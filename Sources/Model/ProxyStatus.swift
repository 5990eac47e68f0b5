/// What came of bringing routes into force.
public struct ProxyChange: Sendable, Equatable, Codable {
  /// The generation that serves; 0 when no app is to be served.
  public var generation: Int
  /// What the person should know.
  public var notes: [Notice] = []
  /// What keeps apps from being reached.
  public var problems: [Notice] = []

  package init(generation: Int, notes: [Notice] = [], problems: [Notice] = []) {
    (self.generation, self.notes, self.problems) = (generation, notes, problems)
  }
}

/// A file of the proxy's configuration.
public struct ProxyFile: Sendable, Equatable, Codable {
  /// Where it is.
  public var path: String
  /// What is in it.
  public var text: String

  package init(path: String, text: String) {
    (self.path, self.text) = (path, text)
  }
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

  package init(
    running: Bool, runtime: RuntimeName, serving: Int? = nil, configured: Int? = nil, version: String? = nil,
    user: Int? = nil, connections: Int? = nil, ports: [TCPPort], apps: Int, workers: Workers? = nil,
    quarantined: [Quarantine] = [], configuration: String, logs: String, lastError: String? = nil,
    problem: String? = nil
  ) {
    (self.running, self.runtime, self.serving) = (running, runtime, serving)
    (self.configured, self.version, self.user) = (configured, version, user)
    (self.connections, self.ports, self.apps) = (connections, ports, apps)
    (self.workers, self.quarantined, self.configuration) = (workers, quarantined, configuration)
    (self.logs, self.lastError, self.problem) = (logs, lastError, problem)
  }

  /// How many processes of nginx there are.
  public struct Workers: Sendable, Equatable, Codable {
    /// Those that take new requests.
    public var active: Int
    /// Those of earlier generations, that finish the requests which they have.
    public var retiring: Int

    package init(active: Int, retiring: Int) {
      (self.active, self.retiring) = (active, retiring)
    }
  }

  /// An app whose own part of the configuration nginx refuses: it is served by the routing table, which is only slower.
  public struct Quarantine: Sendable, Equatable, Codable {
    /// The app.
    public var app: AppName
    /// What nginx says.
    public var reason: String

    package init(app: AppName, reason: String) {
      (self.app, self.reason) = (app, reason)
    }
  }
}

extension [ProxyStatus.Quarantine] {
  /// What is to be said of them, once for each thing that nginx says.
  package var notices: [Notice] {
    Dictionary(grouping: self, by: \.reason).sorted { $0.key < $1.key }.map { reason, refused in
      let apps = refused.map(\.app.description).sorted()
      let names = apps.count > 3 ? "\(apps.count) apps" : apps.joined(separator: ", ")
      return Notice(
        .quarantined, .warning, about: refused.count == 1 ? .app(refused[0].app) : .installation,
        "nginx refuses the server block of \(names), served by the routing table in its place: \(reason)",
        context: ["apps": apps.joined(separator: " "), "reason": reason])
    }
  }
}
