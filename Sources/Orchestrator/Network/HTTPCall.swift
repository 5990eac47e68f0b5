import Foundation

/// One request over HTTP/1.1, on a connection of its own.
struct HTTPCall: Sendable {
  /// Where the server listens.
  enum Endpoint: Sendable, Hashable {
    case tcp(host: String, port: Int)
    case unixSocket(path: String)
  }

  var method = "GET"
  var endpoint: Endpoint
  /// Path and query, already percent-encoded.
  var path: String
  /// The value of the `Host` header.
  var host: String
  var headers: [String: String] = [:]
  var body: Data?
}

/// The status and the body that a server answered.
struct HTTPAnswer: Sendable {
  let status: Int
  let headers: [String: String]
  let body: Data
}
