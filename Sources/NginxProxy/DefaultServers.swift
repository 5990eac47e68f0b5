import OrchestratorModel

/// The servers for whatever no app has a server block for.
extension NginxConfiguration {
  /// The servers of one public port: all hosts by the maps, and what the proxy says of itself under the machine's own names.
  func defaultServers(_ port: TCPPort) -> String {
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
                set $expected "\(ProxyFolder(path: runFolder.parentFolder).pendingHosts)/$host-\(port)";
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
                set $routed_part all;
    \((limits.directives(mostRequests) + ["proxy_pass http://\(Self.tableHost):$app_port;"] + mostOfAll.directives(unlike: .standard)).map { "            \($0)" }.joined(separator: "\n"))
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
                alias "\(folder)/status/\(port).html";
            }
            location / {
                return 404;
            }
        }

    """
  }

  /// The routing table has ports alone: its workloads are on this machine, as those of all runtimes are.
  private static let tableHost = SocketEndpoint.loopbackHost

  private var mostRequests: Int {
    sites.flatMap(\.locations).compactMap(\.policy.connections).reduce(capacity.requestsOfApp, max)
  }

  /// Where the routing table stands in for an app's server block no app is refused what it may have.
  private var mostOfAll: RequestPolicy {
    sites.flatMap(\.locations).map(\.policy).reduce(.standard) { most, http in
      var most = most
      most.bodyLimit = max(most.bodyLimit, http.bodyLimit)
      most.timeout = max(most.timeout, http.timeout)
      most.buffersRequests = most.buffersRequests || http.buffersRequests
      most.buffersResponses = most.buffersResponses && http.buffersResponses
      return most
    }
  }
}
