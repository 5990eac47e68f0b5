/// nginx's configuration: text that depends on nothing but the values here.
struct NginxConfiguration: Sendable, Equatable, Codable {
  /// Which configuration this is; nginx tells it at `/health`.
  var generation: Int
  var routes: [Route]
  /// The ports to listen on.
  var publicPorts: [TCPPort]
  /// The folder that these files are in.
  var folder: String
  /// The folder with what nginx writes: its process id and temporary files.
  var runFolder: String
  var logFolder: String
  /// nginx's version, on which some directives depend.
  var version: NginxVersion
  /// Whether the machine has IPv6.
  var hasIPv6: Bool
  /// How long a worker that was replaced may go on with its last requests.
  var workerShutdownTimeout: Duration

  /// The files, by their path inside the folder.
  var files: [String: String] {
    var files = [
      "nginx.conf": main, "proxy-mappings.conf": mappings, "pages/404.html": ProxyPages.notFound,
      "pages/503.html": ProxyPages.unavailable,
    ]
    for port in publicPorts { files["pages/status-\(port).html"] = ProxyPages.status(on: port, routes: routes) }
    return files
  }

  /// The routing table: which host leads to which internal port.
  private var mappings: String {
    """
    # The routing table, rendered by orchestrator from its store; changes made here are lost.
    \(map("$host", to: "backend_port", routes.filter { $0.role == .backend }.map { ($0.host, $0.internalPort.description) }))
    \(map("$host", to: "frontend_port", routes.filter { $0.role == .frontend }.map { ($0.host, $0.internalPort.description) }))
    # A host is served on the public port of its own stack only.
    \(map("$host", to: "public_port", publicPortsByHost))
    # The paths that a backend claims for itself, with all below them, where there are pages in front of it: sets by their numbers.
    \(map("$host", to: "claims", claims.flatMap { claim in claim.hosts.map { ($0, claim.number.description) } }.sorted { $0.0 < $1.0 }))
    \(map("\"$claims:$uri\"", to: "is_claimed", claims.map { ("\"~^\($0.number):(?:\($0.expression))(?:/|$)\"", "1") }))

    """
  }

  private func map(_ source: String, to variable: String, _ entries: [(value: String, result: String)]) -> String {
    let lines = entries.map { "    \($0.value) \($0.result);" }
    return (["map \(source) $\(variable) {", "    default 0;"] + lines + ["}"]).joined(separator: "\n")
  }

  private var publicPortsByHost: [(String, String)] {
    let ports = Dictionary(routes.map { ($0.host, $0.publicPort) }) { first, _ in first }
    return ports.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
  }

  /// A set of paths that backends claim, numbered from 1, as an expression, with the hosts where it counts.
  private struct Claim {
    let number: Int
    let expression: String
    let hosts: [String]
  }

  private var claims: [Claim] {
    let withPages = Set(routes.filter { $0.role == .frontend }.map(\.host))
    let claiming = routes.filter { $0.role == .backend && !$0.paths.isEmpty && withPages.contains($0.host) }
    let sets = Dictionary(grouping: claiming) {
      Set($0.paths).sorted().map(\.escapedForExpressions).joined(separator: "|")
    }
    return sets.sorted { $0.key < $1.key }.enumerated().map { index, set in
      Claim(number: index + 1, expression: set.key, hosts: set.value.map(\.host))
    }
  }

  private var main: String {
    """
    # Rendered by orchestrator from its store, generation \(generation); changes made here are lost.
    worker_processes auto;
    worker_shutdown_timeout \(Int(workerShutdownTimeout.seconds))s;
    pid "\(runFolder)/nginx.pid";
    error_log "\(logFolder)/error.log" warn;

    events {
        worker_connections 4096;
    }

    http {
        log_format routed '$time_iso8601 $remote_addr $host "$request" $status $body_bytes_sent '
                          'upstream=$upstream_addr time=$request_time upstream_time=$upstream_response_time';
        access_log "\(logFolder)/access.log" routed;

    \(["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "    \($0)_temp_path \"\(runFolder)/\($0)\";" }.joined(separator: "\n"))

        server_tokens off;
        keepalive_timeout 75s;\(version.hasKeepaliveMinTimeout ? "\n    keepalive_min_timeout 5s;" : "")
        client_max_body_size 100m;
        variables_hash_max_size 2048;
        map_hash_max_size \(mapHashSize);
        map_hash_bucket_size \(mapHashBucketSize);

        include "\(folder)/proxy-mappings.conf";

        # Pages come from the frontend where there is one, and what the backend claims from the backend.
        map "$is_claimed:$frontend_port" $app_port {
            default $frontend_port;
            ~^1: $backend_port;
            ~:0$ $backend_port;
        }

        # A connection is only kept for an upgrade that the client asked for.
        map $http_upgrade $connection_upgrade {
            default upgrade;
            '' close;
        }

        proxy_http_version 1.1;
        proxy_set_header Host $host:$server_port;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        # This is the outermost proxy: what clients claim about themselves is not passed on.
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $host:$server_port;
        proxy_set_header X-Forwarded-Port $server_port;
        proxy_connect_timeout 5s;
        proxy_read_timeout 300s;
        proxy_send_timeout 300s;

    \(publicPorts.map(servers).joined(separator: "\n"))
    }

    """
  }

  /// The servers of one public port: all hosts by the maps, and what the proxy says of itself under the machine's own names.
  private func servers(_ port: TCPPort) -> String {
    """
        server {
    \(listen(port, isDefault: true))
            server_name _;
    \(pages)
            location / {
                if ($public_port != \(port)) {
                    return 404;
                }
                proxy_pass http://127.0.0.1:$app_port;
            }
        }

        server {
    \(listen(port, isDefault: false))
            server_name localhost 127.0.0.1 [::1];
    \(pages)
            location = /health {
                access_log off;
                default_type application/json;
                add_header Cache-Control no-store;
                return 200 '{"status":"ok","generation":\(generation)}\\n';
            }
            location = /status {
                allow 127.0.0.1;
                allow ::1;
                deny all;
                default_type text/html;
                add_header Cache-Control no-store;
                alias "\(folder)/pages/status-\(port).html";
            }
            location / {
                return 404;
            }
        }

    """
  }

  private func listen(_ port: TCPPort, isDefault: Bool) -> String {
    let suffix = isDefault ? " default_server" : ""
    let lines = ["        listen \(port)\(suffix);"] + (hasIPv6 ? ["        listen [::]:\(port)\(suffix);"] : [])
    return lines.joined(separator: "\n")
  }

  /// Pages for what the proxy itself answers; what an app answers is passed on as it is.
  private var pages: String {
    """
            error_page 404 /.orchestrator/404.html;
            error_page 502 503 =503 /.orchestrator/503.html;
            location = /.orchestrator/404.html {
                internal;
                alias "\(folder)/pages/404.html";
            }
            location = /.orchestrator/503.html {
                internal;
                alias "\(folder)/pages/503.html";
                add_header Retry-After 5 always;
                add_header Cache-Control no-store always;
            }
    """
  }

  /// Room for twice the entries, so that the table is built at the first attempt.
  private var mapHashSize: Int { (routes.count * 2).roundedUpToPowerOfTwo(atLeast: 2048) }

  /// Room for the longest host and what nginx keeps beside it.
  private var mapHashBucketSize: Int {
    ((routes.map(\.host.utf8.count).max() ?? 0) + 32).roundedUpToPowerOfTwo(atLeast: 64)
  }
}

extension Int {
  fileprivate func roundedUpToPowerOfTwo(atLeast least: Int) -> Int {
    var power = least
    while power < self { power *= 2 }
    return power
  }
}

/// A version of nginx, as `nginx -v` tells it.
struct NginxVersion: Sendable, Equatable, Codable, CustomStringConvertible {
  let parts: [Int]

  /// Reads `nginx version: nginx/1.30.6`, or the bare number.
  init?(_ text: String) {
    guard let match = text.firstMatch(of: /(\d+)\.(\d+)\.(\d+)/) else { return nil }
    parts = [match.1, match.2, match.3].compactMap { Int($0) }
  }

  var description: String { parts.map(String.init).joined(separator: ".") }

  /// Whether a reload leaves connections open that a client may be about to use (nginx 1.27.4, change log of 5 February 2025).
  var hasKeepaliveMinTimeout: Bool { !parts.lexicographicallyPrecedes([1, 27, 4]) }
}
