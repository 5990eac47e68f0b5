package import OrchestratorModel

/// nginx's configuration: text that depends on nothing but the values here.
package struct NginxConfiguration: Sendable, Equatable, Codable {
  /// An app whose own file nginx refuses.
  package typealias Quarantine = ProxyStatus.Quarantine

  /// Which configuration this is; nginx tells it at `/health`.
  package var generation: Int
  package var routes: [Route]
  /// The ports to listen on.
  var publicPorts: [TCPPort]
  /// The folder that these files are in.
  package var folder: String
  /// The folder with what nginx writes: its process id and temporary files.
  package var runFolder: String
  var logFolder: String
  /// nginx's version, on which some directives depend.
  package var version: NginxVersion
  /// Whether the machine has IPv6.
  var hasIPv6: Bool
  /// How long a worker that was replaced may go on with its last requests.
  var workerShutdownTimeout: Duration
  /// How many connections there are to share out.
  package var capacity = ProxyCapacity(connections: ProxyCapacity.most)
  /// Whose word counts.
  package var trust = ProxyTrust()
  /// The apps without a fast lane, as nginx refused theirs.
  package var quarantined: [Quarantine] = []
  /// The apps whose clients are told to come back later.
  package var maintenance: [Maintenance] = []

  /// The files, by their path inside the folder.
  package var files: [String: String] {
    var files = [
      "nginx.conf": mainFile,
      "proxy-mappings.conf": RoutingTable(routes: routes, inMaintenance: maintenance.map(\.host)).text,
      "pages.conf": ProxyPages.configuration(in: folder, log: "\"\(logFolder)/access.log\" answered"),
    ]
    for (name, answer) in answers {
      files["pages/\(name).html"] = answer.html
      files["pages/\(name).json"] = answer.json
    }
    for port in publicPorts { files["status/\(port).html"] = ProxyPages.status(on: port, routes: routes) }
    for lane in fastLanes { files[lane.file] = lane.text }
    return files
  }

  private var answers: [(String, ProxyPages.Answer)] {
    let maintained = maintenance.map { ("maintenance/\($0.host)", ProxyPages.Answer.maintenance($0.message)) }
    let own: [(String, ProxyPages.Answer)] = [
      ("404", .notFound), ("413", .tooLarge), ("429", .tooMany), ("503", .unavailable), ("504", .timedOut),
      ("deploying", .deploying),
    ]
    return own + maintained
  }

  package var limits: ConnectionLimits { ConnectionLimits(capacity: capacity, generation: generation) }

  private var fastLanes: [FastLane] {
    let quarantined = Set(quarantined.map(\.app))
    let inMaintenance = Set(maintenance.map(\.app))
    return Dictionary(grouping: routes) { $0.app }.compactMap { app, routes in
      // nginx would not start for a port that another program has.
      guard !quarantined.contains(app), let route = routes.first, publicPorts.contains(route.publicPort) else {
        return nil
      }
      return FastLane(
        app: app, routes: routes, listen: listen(route.publicPort, isDefault: false, indent: 4),
        pages: "\(folder)/pages.conf", limits: limits, keepsConnectionsUnasked: version.keepsConnectionsUnasked,
        isInMaintenance: inMaintenance.contains(app))
    }
  }

  package func listen(_ port: TCPPort, isDefault: Bool, indent: Int) -> String {
    let suffix = isDefault ? " default_server" : ""
    let addresses = [port.description] + (hasIPv6 ? ["[::]:\(port)"] : [])
    return addresses.map { "\(String(repeating: " ", count: indent))listen \($0)\(suffix);" }.joined(separator: "\n")
  }
}

extension NginxConfiguration {
  /// Reads what an earlier configuration was made of; one of an earlier version may lack what that did not know.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      generation: try values.decode(Int.self, forKey: .generation),
      routes: try values.decode([Route].self, forKey: .routes),
      publicPorts: try values.decode([TCPPort].self, forKey: .publicPorts),
      folder: try values.decode(String.self, forKey: .folder),
      runFolder: try values.decode(String.self, forKey: .runFolder),
      logFolder: try values.decode(String.self, forKey: .logFolder),
      version: try values.decode(NginxVersion.self, forKey: .version),
      hasIPv6: try values.decode(Bool.self, forKey: .hasIPv6),
      workerShutdownTimeout: try values.decode(Duration.self, forKey: .workerShutdownTimeout),
      capacity: try values.decodeIfPresent(ProxyCapacity.self, forKey: .capacity) ?? .ofEarlierVersions,
      trust: try values.decodeIfPresent(ProxyTrust.self, forKey: .trust) ?? ProxyTrust(),
      quarantined: try values.decodeIfPresent([Quarantine].self, forKey: .quarantined) ?? [],
      maintenance: try values.decodeIfPresent([Maintenance].self, forKey: .maintenance) ?? [])
  }
}
