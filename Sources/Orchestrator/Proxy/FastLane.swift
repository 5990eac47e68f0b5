import Foundation

/// An app's own part of nginx's configuration: upstreams that keep connections to the app open, and a server that nginx finds by hash.
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

  /// The file's path inside the configuration's folder.
  var file: String { "apps/\(app).conf" }

  var text: String {
    """
    # The fast lane of \(app), rendered by orchestrator; changes made here are lost.
    \(routes.map(upstream).joined(separator: "\n"))
    server {
    \(listen)
        server_name \(routes.first?.host ?? "");
        include "\(pages)";
    \(locations.joined(separator: "\n"))
    }

    """
  }

  /// An idle connection is closed before any server of note closes it: a request over one that the app is closing would fail, and
  /// nginx must not send a POST twice. (Of the usual ones gunicorn is the first, after 2 s: its setting `keepalive`.)
  private func upstream(_ route: Route) -> String {
    """
    upstream \(name(of: route)) {
        server 127.0.0.1:\(route.internalPort);
        keepalive 32;
        keepalive_timeout 1s;
    }
    """
  }

  /// nginx compares the name of each upstream with all before it: that is quick where they differ from the first letter on.
  private func name(of route: Route) -> String {
    "\(Digest.of([Data(app.description.utf8)]).prefix(8))-\(app)-\(route.role.rawValue)"
  }

  /// Pages come from the frontend where there is one, and what the backend claims from the backend.
  private var locations: [String] {
    let backend = routes.first { $0.role == .backend }
    let frontend = routes.first { $0.role == .frontend }
    var locations: [String] = []
    if frontend != nil, let backend, let claimed = RoutingTable.expression(of: backend.paths) {
      locations.append(location("~ \"^(?:\(claimed))(?:/|$)\"", to: backend))
    }
    if let route = frontend ?? backend { locations.append(location("/", to: route)) }
    return locations
  }

  private func location(_ match: String, to route: Route) -> String {
    """
        location \(match) {
            proxy_pass http://\(name(of: route));
        }
    """
  }
}

extension FastLane {
  /// The app whose file nginx's words name, among `apps`.
  static func blamed(in objection: String, among apps: [AppName]) -> AppName? {
    let names = objection.matches(of: /\/apps\/([a-z0-9-]+)\.conf:\d+/).map { String($0.1) }
    return apps.first { names.contains($0.description) }
  }
}
