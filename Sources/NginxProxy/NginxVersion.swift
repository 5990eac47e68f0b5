/// A version of nginx, as `nginx -v` tells it.
package struct NginxVersion: Sendable, Equatable, Codable, CustomStringConvertible {
  package let parts: [Int]

  /// Reads `nginx version: nginx/1.30.6`, or the bare number.
  package init?(_ text: String) {
    guard let match = text.firstMatch(of: /(\d+)\.(\d+)\.(\d+)/) else { return nil }
    parts = [match.1, match.2, match.3].compactMap { Int($0) }
  }

  package var description: String { parts.map(String.init).joined(separator: ".") }

  /// Whether a reload leaves connections open that a client may be about to use (nginx 1.27.4, change log of 5 February 2025).
  var hasKeepaliveMinTimeout: Bool { !parts.lexicographicallyPrecedes([1, 27, 4]) }

  /// Whether connections to an app are kept although no setting says so (nginx 1.29.7: "keepalive 32 local" in every upstream).
  var keepsConnectionsUnasked: Bool { !parts.lexicographicallyPrecedes([1, 29, 7]) }

  /// What clients would gain from a newer version; nil when that is none.
  package var shortcoming: String? {
    hasKeepaliveMinTimeout
      ? nil
      : "nginx \(self) closes idle connections when it reloads: a client that is about to use one, and does not try again, sees an error at a deploy"
  }

  /// Where a version is to be had that has no shortcoming.
  package static let cure =
    "use nginx 1.27.4 or later: with Docker it comes as the setting proxyImage says (proxyRuntime docker)"
}
