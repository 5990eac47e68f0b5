/// nginx's configuration: text that depends on nothing but the values here.
struct NginxConfiguration: Sendable, Equatable, Codable {
  /// An app whose own file nginx refuses.
  typealias Quarantine = ProxyStatus.Quarantine

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
  /// The apps without a fast lane, as nginx refused theirs.
  var quarantined: [Quarantine] = []
  /// The apps whose clients are told to come back later.
  var maintenance: [Maintenance] = []

  /// The files, by their path inside the folder.
  var files: [String: String] {
    var files = [
      "nginx.conf": main,
      "proxy-mappings.conf": RoutingTable(routes: routes, inMaintenance: maintenance.map(\.host)).text,
      "pages.conf": ProxyPages.configuration(in: folder, log: "\"\(logFolder)/access.log\" answered"),
    ]
    for (name, answer) in answers {
      files["pages/\(name).html"] = answer.html
      files["pages/\(name).json"] = answer.json
    }
    for port in publicPorts { files["pages/status-\(port).html"] = ProxyPages.status(on: port, routes: routes) }
    for lane in fastLanes { files[lane.file] = lane.text }
    return files
  }

  private var answers: [(String, ProxyPages.Answer)] {
    let maintained = maintenance.map { ("maintenance/\($0.host)", ProxyPages.Answer.maintenance($0.message)) }
    let own: [(String, ProxyPages.Answer)] = [
      ("404", .notFound), ("413", .tooLarge), ("503", .unavailable), ("504", .timedOut), ("deploying", .deploying),
    ]
    return own + maintained
  }

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
        pages: "\(folder)/pages.conf", keepsConnectionsUnasked: version.keepsConnectionsUnasked,
        isInMaintenance: inMaintenance.contains(app))
    }
  }

  /// Where the routing table stands in for a fast lane no app is refused what it may have.
  private var mostOfAll: HTTPOptions {
    routes.map(\.http).reduce(.standard) { most, http in
      var most = most
      most.bodyLimit = max(most.bodyLimit, http.bodyLimit)
      most.timeout = max(most.timeout, http.timeout)
      most.buffersRequests = most.buffersRequests || http.buffersRequests
      most.buffersResponses = most.buffersResponses && http.buffersResponses
      return most
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
        log_format routed escape=json
    \(logFormat(method: "request_method"))
        # A page of nginx's own is got by a GET, whatever was asked.
        log_format answered escape=json
    \(logFormat(method: "asked_method"))
        access_log "\(logFolder)/access.log" routed;

    \(["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "    \($0)_temp_path \"\(runFolder)/\($0)\";" }.joined(separator: "\n"))

        server_tokens off;
        keepalive_timeout 75s;\(version.hasKeepaliveMinTimeout ? "\n    keepalive_min_timeout 5s;" : "")
    \(HTTPOptions.standard.directives(unlike: nil).map { "    \($0)" }.joined(separator: "\n"))
        variables_hash_max_size 2048;
        map_hash_max_size \(hashSize);
        map_hash_bucket_size \(hashBucketSize);
        server_names_hash_max_size \(hashSize);
        server_names_hash_bucket_size \(hashBucketSize);

        map $request $asked_method {
            default $request_method;
            "~^(\\S+) " $1;
        }

    \(ProxyPages.headerMaps.indented(by: 4))

        include "\(folder)/proxy-mappings.conf";

        # Pages come from the frontend where there is one, and what the backend claims from the backend.
        map "$is_claimed:$frontend_port" $app_port {
            default $frontend_port;
            ~^1: $backend_port;
            ~:0$ $backend_port;
        }

        # Only who asks for a WebSocket gets one, in both headers that it takes; without them a connection to an app is kept for the next
        # request. Any other protocol would be a way around all that is said here.
        map $http_upgrade $upgrade {
            default '';
            websocket $upgrade_of_connection;
        }
        map $http_connection $upgrade_of_connection {
            default '';
            "~*(?:^|[ ,])upgrade(?:[ ,]|$)" websocket;
        }
        map $upgrade $connection_upgrade {
            default upgrade;
            '' '';
        }

        # Who asks for JSON, and not for a page, gets what the proxy itself has to say as JSON.
        map $http_accept $answer_format {
            default html;
            "~*^(?!.*text/html).*application/(?:[\\w.-]+\\+)?json" json;
        }

        # Each request has a number, which the app gets, the client and the log.
        add_header X-Request-ID $request_id always;
        proxy_set_header X-Request-ID $request_id;
        proxy_hide_header X-Request-ID;

        proxy_http_version 1.1;
        proxy_set_header Host $host:$server_port;
        proxy_set_header Upgrade $upgrade;
        proxy_set_header Connection $connection_upgrade;
        # This is the outermost proxy: what clients claim about themselves is not passed on.
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $host:$server_port;
        proxy_set_header X-Forwarded-Port $server_port;
    \(Self.untrusted.map { "    proxy_set_header \($0) '';" }.joined(separator: "\n"))
        proxy_connect_timeout 5s;
        # Where an app has several instances, a request that one of them fails over goes to another, but for a POST or PATCH that was sent:
        # it may have had an effect. A request that harms whoever gets it is not to go through all of them.
        proxy_next_upstream error;
        proxy_next_upstream_tries 3;

    \(publicPorts.map(servers).joined(separator: "\n"))
        # The fast lanes: a server of its own for each app, found by hash.
        include "\(folder)/apps/*.conf";
    }

    """
  }

  /// What other proxies say in front of apps, and frameworks believe; and what is between a client and its proxy alone (RFC 9110, 7.6.1) and
  /// nginx would pass on.
  private static let untrusted = [
    "Forwarded", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Ssl", "X-Forwarded-Scheme",
    "X-Forwarded-Protocol", "X-Original-URL", "X-Rewrite-URL", "X-Client-IP", "True-Client-IP", "Proxy",
    "Proxy-Connection", "Proxy-Authorization", "Trailer",
  ]

  private func logFormat(method: String) -> String {
    """
            '{"time":"$time_iso8601","app":"$routed_app","release":"$routed_release","instance":"$routed_instance",'
            '"upstream":"$upstream_addr","client":"$remote_addr","host":"$host","port":$server_port,'
            '"method":"$\(method)","uri":"$request_uri","protocol":"$server_protocol","status":$status,'
            '"bytes":$body_bytes_sent,"seconds":$request_time,"upstream_seconds":"$upstream_response_time",'
            '"request_id":"$request_id"}';
    """
  }

  /// The servers of one public port: all hosts by the maps, and what the proxy says of itself under the machine's own names.
  private func servers(_ port: TCPPort) -> String {
    """
        server {
    \(listen(port, isDefault: true, indent: 8))
            server_name _;
            include "\(folder)/pages.conf";
            location / {
                set $held "$in_maintenance:$public_port";
                if ($held = "1:\(port)") {
                    return \(ProxyPages.maintenanceCode);
                }
                set $expected "\(ProxyFolder(path: runFolder.parentFolder).expectedHosts)/$host-\(port)";
                if ($public_port = \(port)) {
                    set $expected "";
                }
                # Only looked for where there is no app; nginx lets no host name through with a '/' in it.
                if (-f $expected) {
                    return \(ProxyPages.deployingCode);
                }
                if ($public_port != \(port)) {
                    return 404;
                }
    \((["proxy_pass http://127.0.0.1:$app_port;"] + mostOfAll.directives(unlike: .standard)).map { "            \($0)" }.joined(separator: "\n"))
            }
        }

        server {
    \(listen(port, isDefault: false, indent: 8))
            server_name localhost 127.0.0.1 [::1];
            include "\(folder)/pages.conf";
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

  private func listen(_ port: TCPPort, isDefault: Bool, indent: Int) -> String {
    let suffix = isDefault ? " default_server" : ""
    let addresses = [port.description] + (hasIPv6 ? ["[::]:\(port)"] : [])
    return addresses.map { "\(String(repeating: " ", count: indent))listen \($0)\(suffix);" }.joined(separator: "\n")
  }

  /// Room for twice the entries, so that the table is built at the first attempt.
  private var hashSize: Int { (routes.count * 2).roundedUpToPowerOfTwo(atLeast: 2048) }

  /// Room for the longest host and what nginx keeps beside it.
  private var hashBucketSize: Int {
    ((routes.map(\.host.utf8.count).max() ?? 0) + 32).roundedUpToPowerOfTwo(atLeast: 64)
  }
}

extension String {
  /// The text with spaces before each of its lines.
  fileprivate func indented(by width: Int) -> String {
    split(separator: "\n").map { String(repeating: " ", count: width) + $0 }.joined(separator: "\n")
  }
}

extension Int {
  fileprivate func roundedUpToPowerOfTwo(atLeast least: Int) -> Int {
    var power = least
    while power < self { power *= 2 }
    return power
  }
}

extension NginxConfiguration {
  /// Reads what an earlier configuration was made of; one of an earlier version may lack what that did not know.
  init(from decoder: any Decoder) throws {
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
      quarantined: try values.decodeIfPresent([Quarantine].self, forKey: .quarantined) ?? [],
      maintenance: try values.decodeIfPresent([Maintenance].self, forKey: .maintenance) ?? [])
  }
}
