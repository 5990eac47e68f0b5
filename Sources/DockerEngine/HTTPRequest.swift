package import Foundation

/// One request over HTTP/1.1, on a connection of its own.
package struct HTTPRequest: Sendable {
  /// Where the server listens.
  package enum Endpoint: Sendable, Hashable {
    case tcp(host: String, port: Int)
    case unixSocket(path: String)
  }

  package var method = "GET"
  package var endpoint: Endpoint
  /// Path and query, already percent-encoded.
  package var path: String
  /// The value of the `Host` header.
  package var host: String
  package var headers: [String: String] = [:]
  package var body: Data?

  package init(
    method: String = "GET", endpoint: Endpoint, path: String, host: String, headers: [String: String] = [:],
    body: Data? = nil
  ) {
    (self.method, self.endpoint, self.path) = (method, endpoint, path)
    (self.host, self.headers, self.body) = (host, headers, body)
  }
}

/// The status and the body that a server answered.
package struct HTTPResponse: Sendable {
  package let status: Int
  package let headers: [String: String]
  package let body: Data
}
