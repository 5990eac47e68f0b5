package import OrchestratorModel

/// The proxies in front of nginx whose word counts: whom a request comes from, how it came to them, and what else they say.
package struct ProxyTrust: Sendable, Equatable, Codable {
  /// The addresses of the proxies.
  package var proxies: [AddressRange] = []
  /// The headers that apps get from them, and from no other client.
  package var headers: [HeaderName] = []

  package init(proxies: [AddressRange] = [], headers: [HeaderName] = []) {
    (self.proxies, self.headers) = (proxies, headers)
  }

  /// The headers that say what nginx itself knows, or that are between it and its clients or apps alone.
  private static let ownHeaders: Set<String> = [
    "host", "connection", "upgrade", "te", "trailer", "keep-alive", "expect", "content-length", "transfer-encoding",
    "proxy", "proxy-connection", "proxy-authorization", "x-real-ip", "x-forwarded-for", "x-forwarded-host",
    "x-forwarded-port", "x-forwarded-proto", "x-request-id",
  ]

  package static func isSetByNginx(_ header: HeaderName) -> Bool {
    ownHeaders.contains(header.description.lowercased())
  }

  // Where no proxy is trusted nginx itself knows all of it.
  var scheme: String { proxies.isEmpty ? "$scheme" : "$client_scheme" }
  package var host: String { proxies.isEmpty ? "$host:$server_port" : "$client_host" }
  package var port: String { proxies.isEmpty ? "$server_port" : "$client_port" }

  /// Whether a client is such a proxy, and what such a proxy says.
  package var text: String {
    ([ranges("$is_trusted")] + (proxies.isEmpty ? [] : [realAddress, ranges("$realip_remote_addr $says_who"), words])
      + passed.map(\.map)).joined(separator: "\n")
  }

  private func ranges(_ variables: String) -> String {
    let lines = ["default 0;"] + proxies.map { "\($0) 1;" }
    return (["    geo \(variables) {"] + lines.map { "        \($0)" } + ["    }"]).joined(separator: "\n")
  }

  /// The client is the last address on the way that is no such proxy's.
  private var realAddress: String {
    (proxies.map { "set_real_ip_from \($0);" } + ["real_ip_header X-Forwarded-For;", "real_ip_recursive on;"])
      .map { "    \($0)" }.joined(separator: "\n")
  }

  /// A proxy that ends TLS has clients whose address has another scheme and port than ours.
  private var words: String {
    """
        map "$says_who:$http_x_forwarded_proto" $client_scheme {
            default $scheme;
            1:http http;
            1:https https;
        }
        map "$says_who:$http_x_forwarded_proto:$http_x_forwarded_port" $client_port {
            default $server_port;
            "~^1:https?:(?<named_port>[1-9][0-9]{0,4})$" $named_port;
            ~^1:http: 80;
            ~^1:https: 443;
        }
        map "$client_scheme:$client_port" $client_host {
            default $host:$client_port;
            http:80 $host;
            https:443 $host;
        }
    """
  }

  /// A header that only such a proxy can send.
  package struct PassedHeader {
    package let name: HeaderName
    /// What apps get of it.
    package let value: String
    /// Where the value is defined.
    package let map: String
  }

  package var passed: [PassedHeader] {
    let names = Dictionary(headers.map { ($0.description.lowercased(), $0) }) { first, _ in first }
    return names.sorted { $0.key < $1.key }.map { key, name in
      let word = key.replacing("-", with: "_")
      guard !proxies.isEmpty else { return PassedHeader(name: name, value: "''", map: "") }
      let map = "    map $says_who $passed_\(word) {\n        default '';\n        1 $http_\(word);\n    }"
      return PassedHeader(name: name, value: "$passed_\(word)", map: map)
    }
  }
}
