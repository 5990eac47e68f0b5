import Foundation
import OrchestratorModel

/// An app's own part of nginx's configuration: upstreams that share the requests out among the app's instances and keep connections to them
/// open, and a server that nginx finds by hash.
///
/// Without it the app is served by the ``RoutingTable``, only less quickly.
struct FastLane {
  let app: AppName
  /// The routes of the app: all of one host, on one public port.
  let routes: [Route]
  /// The server's `listen` lines.
  let listen: String
  /// The file with the pages for what the proxy itself answers.
  let pages: String
  /// How many requests may be under way.
  let limits: ConnectionLimits
  /// Whether nginx keeps connections to an app where it is not told to.
  let keepsConnectionsUnasked: Bool
  /// Whether clients are told to come back later, instead of being sent to the app.
  var isInMaintenance = false

  /// The file's path inside the configuration's folder.
  var file: String { "apps/\(app).conf" }

  var text: String {
    """
    # The fast lane of \(app), rendered by orchestrator; changes made here are lost.
    \(groups.map(upstream).joined(separator: "\n"))
    server {
    \(listen)
        server_name \(routes.first?.host ?? "");
        include "\(pages)";
    \(logWords)
    \(locations.joined(separator: "\n"))
    }

    """
  }

  /// What the log says of each request, which the routing table would have to look up.
  private var logWords: String {
    let release = routes.first.map(\.release.description) ?? ""
    return ["    set $routed_app \(app);", "    set $routed_release \(release);"].joined(separator: "\n")
  }

  private func upstream(_ group: Group) -> String {
    let servers = group.routes.map {
      "server 127.0.0.1:\($0.internalPort)\(group.isShared ? Self.outAfterFailure : "");"
    }
    let sharing =
      group.isShared ? ["zone \(name(of: group.role)) \(64 + 4 * group.routes.count)k;", "least_conn;"] : []
    // Older versions keep none unless told to, and refuse the number 0.
    let keepingNone = keepsConnectionsUnasked ? ["keepalive 0;"] : []
    let keeping =
      group.http.keepAlive > 0 ? ["keepalive 32;", "keepalive_timeout \(group.http.keepAlive)s;"] : keepingNone
    let lines = (sharing + servers + keeping).map { "    \($0)" }
    return (["upstream \(name(of: group.role)) {"] + lines + ["}"]).joined(separator: "\n")
  }

  /// One that is gone is left alone for a second at a time as soon as that is worth it; until then each request that it refuses goes to
  /// another. Were it left alone after a single failure, one request that every instance fails over would take the app from everybody.
  private static let outAfterFailure = " max_fails=100 fail_timeout=1s"

  /// nginx compares the name of each upstream with all before it: that is quick where they differ from the first letter on.
  private func name(of role: Route.Role) -> String {
    "\(Digest.of([Data(app.description.utf8)]).prefix(8))-\(app)-\(role.rawValue)"
  }

  /// The instances of one component.
  private struct Group {
    let role: Route.Role
    let routes: [Route]

    var isShared: Bool { routes.count > 1 }
    var http: RequestPolicy { routes.first?.http ?? .standard }
  }

  private var groups: [Group] {
    Route.Role.allCases.map { role in Group(role: role, routes: routes.filter { $0.role == role }) }
      .filter { !$0.routes.isEmpty }
  }

  /// Pages come from the frontend where there is one, and what the backend claims from the backend.
  private var locations: [String] {
    if isInMaintenance { return [ProxyPages.maintenanceLocation] }
    let backend = groups.first { $0.role == .backend }
    let frontend = groups.first { $0.role == .frontend }
    var locations: [String] = []
    if frontend != nil, let backend,
      let claimed = backend.routes.first.flatMap({ ClaimedPaths(paths: $0.paths).expression })
    {
      locations.append(location("~ \"^(?:\(claimed))(?:/|$)\"", to: backend))
    }
    if let group = frontend ?? backend { locations.append(location("/", to: group)) }
    return locations
  }

  private func location(_ match: String, to group: Group) -> String {
    let requests = group.http.connections ?? limits.capacity.requestsOfApp / groups.count
    let lines =
      ["set $routed_part \(group.role.rawValue);"] + limits.directives(requests)
      + ["proxy_pass http://\(name(of: group.role));"] + group.http.directives(unlike: .standard)
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

extension FastLane {
  /// The app whose file nginx's words name, among `apps`.
  static func blamed(in objection: String, among apps: [AppName]) -> AppName? {
    let names = objection.matches(of: /\/apps\/([a-z0-9-]+)\.conf:\d+/).map { String($0.1) }
    return apps.first { names.contains($0.description) }
  }
}
