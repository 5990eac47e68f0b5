import OrchestratorModel

/// The file that nginx is started with: what holds for all apps, and where the rest is.
extension NginxConfiguration {
  var mainFile: String {
    """
    # Rendered by orchestrator from its store, generation \(generation); changes made here are lost.
    worker_processes auto;
    worker_rlimit_nofile \(capacity.openFiles);
    worker_shutdown_timeout \(Int(workerShutdownTimeout.seconds))s;
    pid "\(runFolder)/nginx.pid";
    error_log "\(logFolder)/error.log" warn;

    events {
        worker_connections \(capacity.connections);
    }

    http {
    \([accessLog, basics, maps, trust.text, limits.text, forwarding].joined(separator: "\n\n"))

    \(publicPorts.map(defaultServers).joined(separator: "\n"))
        # A server block for each app, found by hash.
        include "\(folder)/apps/*.conf";
    }

    """
  }

  /// A line for each request.
  private var accessLog: String {
    """
        log_format routed escape=json
    \(logFormat(method: "request_method"))
        # A page of nginx's own is got by a GET, whatever was asked.
        log_format answered escape=json
    \(logFormat(method: "asked_method"))
        access_log "\(logFolder)/access.log" routed;
    """
  }

  private func logFormat(method: String) -> String {
    """
            '{"time":"$time_iso8601","app":"$routed_app","release":"$routed_release","instance":"$routed_instance",'
            '"upstream":"$upstream_addr","client":"$remote_addr","host":"$host","port":$server_port,'
            '"method":"$\(method)","uri":"$request_uri","protocol":"$server_protocol","status":$status,'
            '"bytes":$body_bytes_sent,"seconds":$request_time,"upstream_seconds":"$upstream_response_time",'
            '"request_id":"$request_id"}';
    """
  }

  /// Where nginx keeps what it cannot hold in memory, how long it waits for clients, and room for all names.
  private var basics: String {
    """
    \(["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "    \($0)_temp_path \"\(runFolder)/\($0)\";" }.joined(separator: "\n"))

        server_tokens off;
        # Who has not said in this time what is asked for goes; nginx counts a request only from there on.
        client_header_timeout 15s;
        keepalive_timeout 75s;\(version.hasKeepaliveMinTimeout ? "\n    keepalive_min_timeout 5s;" : "")
    \(RequestPolicy.standard.directives(unlike: nil).map { "    \($0)" }.joined(separator: "\n"))
        variables_hash_max_size 2048;
        variables_hash_bucket_size 128;
        map_hash_max_size \(hashSize);
        map_hash_bucket_size \(hashBucketSize);
        server_names_hash_max_size \(hashSize);
        server_names_hash_bucket_size \(hashBucketSize);
    """
  }

  /// Room for twice the entries, so that the table is built at the first attempt.
  private var hashSize: Int {
    (sites.flatMap(\.locations).flatMap(\.upstreams).count * 2).roundedUpToPowerOfTwo(atLeast: 2048)
  }

  /// Room for the longest host and what nginx keeps beside it.
  private var hashBucketSize: Int {
    ((sites.flatMap(\.hosts).map(\.utf8.count).max() ?? 0) + 32).roundedUpToPowerOfTwo(atLeast: 64)
  }

  /// What of a request decides where it goes, and how it is answered.
  private var maps: String {
    """
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
    """
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
