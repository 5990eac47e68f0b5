package import OrchestratorModel

/// nginx's configuration: text that depends on nothing but the values here.
package struct NginxConfiguration: Sendable, Equatable {
  /// An app whose own file nginx refuses.
  package typealias Quarantine = ProxyStatus.Quarantine

  /// Which configuration this is; nginx tells it at `/health`.
  package var generation: Int
  /// The apps that are served.
  package var sites: [Site]
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
  /// The apps without a server block, as nginx refused theirs.
  package var quarantined: [Quarantine] = []

  /// The files, by their path inside the folder.
  package var files: [String: String] {
    var files = [
      "nginx.conf": mainFile,
      "proxy-mappings.conf": RoutingTable(sites: sites).text,
      "pages.conf": ProxyPages.configuration(in: folder, log: "\"\(logFolder)/access.log\" answered"),
    ]
    for (name, answer) in answers {
      files["pages/\(name).html"] = answer.html
      files["pages/\(name).json"] = answer.json
    }
    for port in publicPorts { files["status/\(port).html"] = ProxyPages.status(on: port, sites: sites) }
    for block in appServerBlocks { files[block.file] = block.text }
    return files
  }

  private var answers: [(String, ProxyPages.Answer)] {
    let maintained = sites.flatMap { site -> [(String, ProxyPages.Answer)] in
      guard case .on(let message) = site.maintenance else { return [] }
      return site.hosts.map { ("maintenance/\($0)", ProxyPages.Answer.maintenance(message)) }
    }
    let own: [(String, ProxyPages.Answer)] = [
      ("404", .notFound), ("413", .tooLarge), ("429", .tooMany), ("503", .unavailable), ("504", .timedOut),
      ("deploying", .deploying),
    ]
    return own + maintained
  }

  package var limits: ConnectionLimits { ConnectionLimits(capacity: capacity, generation: generation) }

  private var appServerBlocks: [AppServerBlock] {
    let quarantined = Set(quarantined.map(\.app))
    return sites.compactMap { site in
      // nginx would not start for a port that another program has.
      guard !quarantined.contains(site.app), publicPorts.contains(site.listener.port) else { return nil }
      return AppServerBlock(
        site: site, listen: listen(site.listener.port, isDefault: false, indent: 4), pages: "\(folder)/pages.conf",
        limits: limits, keepsConnectionsUnasked: version.keepsConnectionsUnasked)
    }
  }

  package func listen(_ port: TCPPort, isDefault: Bool, indent: Int) -> String {
    let suffix = isDefault ? " default_server" : ""
    let addresses = [port.description] + (hasIPv6 ? ["[::]:\(port)"] : [])
    return addresses.map { "\(String(repeating: " ", count: indent))listen \($0)\(suffix);" }.joined(separator: "\n")
  }
}
