import Foundation
import OrchestratorModel

/// An app's own part of nginx's configuration: upstreams that share the requests out among the app's instances and keep connections to them
/// open, and a server that nginx finds by hash.
///
/// Without it the app is served by the ``RoutingTable``, only less quickly.
struct AppServerBlock {
  let site: Site
  /// The server's `listen` lines.
  let listen: String
  /// The file with the pages for what the proxy itself answers.
  let pages: String
  /// How many requests may be under way.
  let limits: ConnectionLimits
  /// Whether nginx keeps connections to an app where it is not told to.
  let keepsConnectionsUnasked: Bool

  /// The file's path inside the configuration's folder.
  var file: String { "apps/\(site.app).conf" }

  var text: String {
    """
    # The server block of \(site.app), rendered by orchestrator; changes made here are lost.
    \(site.locations.map(upstream).joined(separator: "\n"))
    server {
    \(listen)
        server_name \(site.hosts.joined(separator: " "));
        include "\(pages)";
    \(logWords)
    \(locations.joined(separator: "\n"))
    }

    """
  }

  /// What the log says of each request, which the routing table would have to look up.
  private var logWords: String {
    "    set $routed_app \(site.app);\n    set $routed_release \(site.release);"
  }

  private func upstream(_ location: Location) -> String {
    let (name, count) = (name(of: location.part), location.upstreams.count)
    let servers = location.upstreams.map { "server \($0.address)\(count > 1 ? Self.outAfterFailure : "");" }
    let sharing = count > 1 ? ["zone \(name) \(64 + 4 * count)k;", "least_conn;"] : []
    // Older versions keep none unless told to, and refuse the number 0.
    let keepingNone = keepsConnectionsUnasked ? ["keepalive 0;"] : []
    let keepAlive = location.policy.keepAlive
    let keeping = keepAlive > 0 ? ["keepalive 32;", "keepalive_timeout \(keepAlive)s;"] : keepingNone
    let lines = (sharing + servers + keeping).map { "    \($0)" }
    return (["upstream \(name) {"] + lines + ["}"]).joined(separator: "\n")
  }

  /// One that is gone is left alone for a second at a time as soon as that is worth it; until then each request that it refuses goes to
  /// another. Were it left alone after a single failure, one request that every instance fails over would take the app from everybody.
  private static let outAfterFailure = " max_fails=100 fail_timeout=1s"

  /// nginx compares the name of each upstream with all before it: that is quick where they differ from the first letter on.
  private func name(of part: StackDescriptor.Role) -> String {
    "\(Digest.of([Data(site.app.description.utf8)]).prefix(8))-\(site.app)-\(part.rawValue)"
  }

  /// Pages come from the frontend where there is one, and what the backend claims from the backend.
  private var locations: [String] {
    if site.maintenance != .off { return [ProxyPages.maintenanceLocation] }
    let (backend, frontend) = (site.location(of: .backend), site.location(of: .frontend))
    var locations: [String] = []
    if frontend != nil, let backend, let claimed = ClaimedPaths(paths: backend.paths).expression {
      locations.append(location("~ \"^(?:\(claimed))(?:/|$)\"", to: backend))
    }
    if let rest = frontend ?? backend { locations.append(location("/", to: rest)) }
    return locations
  }

  private func location(_ match: String, to part: Location) -> String {
    let requests = part.policy.connections ?? limits.capacity.requestsOfApp / site.locations.count
    let lines =
      ["set $routed_part \(part.part.rawValue);"] + limits.directives(requests)
      + ["proxy_pass http://\(name(of: part.part));"] + part.policy.directives(unlike: .standard)
    return (["    location \(match) {"] + lines.map { "        \($0)" } + ["    }"]).joined(separator: "\n")
  }
}

extension RequestPolicy {
  /// What nginx is told of them where the rest of its configuration says `others`.
  func directives(unlike others: RequestPolicy?) -> [String] {
    var lines: [String] = []
    if bodyLimit != others?.bodyLimit { lines.append("client_max_body_size \(bodyLimit);") }
    if timeout != others?.timeout { lines += ["proxy_read_timeout \(timeout)s;", "proxy_send_timeout \(timeout)s;"] }
    if buffersRequests != others?.buffersRequests {
      lines.append("proxy_request_buffering \(buffersRequests ? "on" : "off");")
    }
    if buffersResponses != others?.buffersResponses {
      lines.append("proxy_buffering \(buffersResponses ? "on" : "off");")
    }
    return lines
  }
}

extension AppServerBlock {
  /// The app whose file nginx's words name, among `apps`.
  static func blamed(in words: String, among apps: [AppName]) -> AppName? {
    let names = words.matches(of: /\/apps\/([a-z0-9-]+)\.conf:\d+/).map { String($0.1) }
    return apps.first { names.contains($0.description) }
  }
}
