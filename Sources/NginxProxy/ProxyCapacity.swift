/// How many connections nginx can hold, and how many of them an app or a client may take up.
///
/// A request to an app takes two, the client's and the app's, and it can be that all of them come to the same one of nginx's workers. So
/// what is shared out is what one worker has.
package struct ProxyCapacity: Sendable, Equatable, Codable {
  /// The connections that each worker can have.
  package let connections: Int

  /// What an nginx may have that can have so many files open: one in eight is left for logs, and for what of requests and answers does
  /// not fit into memory.
  package init(openFiles: Int) { connections = min(openFiles * 7 / 8, Self.most) }

  package init(connections: Int) { self.connections = connections }

  /// nginx makes room for all of them when a worker starts: 7 MB for these, 28 MB for 65,536 (measured with nginx 1.30).
  package static let most = 16_384

  /// What versions of this program had that did not count.
  static let ofEarlierVersions = ProxyCapacity(connections: 4096)

  /// The files that a worker may have open for that.
  package var openFiles: Int { connections * 8 / 7 }

  /// The requests of an app that take half of the connections.
  var requestsOfApp: Int { connections / 4 }

  /// The requests from this machine itself that take three quarters of them: more than an app may have, so that
  /// the others can be asked from here whatever is done to one, and a benchmark fits. The last quarter is left to clients from elsewhere.
  var requestsOfThisMachine: Int { connections * 3 / 8 }

  /// The requests of one client's address that take an eighth of them. With all open files that are of use it is 1,024: WebSockets and
  /// long downloads count for as long as they last, and behind one address can be an office of hundreds.
  var requestsOfClient: Int { connections / 16 }

  /// What is wrong with few connections; nil when they are enough for the whole of what a client can leave unfinished.
  package var shortcoming: String? {
    connections >= 10_000
      ? nil
      : "each worker of nginx can have \(connections) connections only, as it may have \(openFiles) files open: one client that opens more, and says nothing, keeps all others out"
  }

  /// How more are to be had.
  package static let cure =
    "raise the limit of open files (ulimit -Hn; LimitNOFILE of the service) to 20000 for the user that starts nginx, or for its first process as it runs (prlimit --nofile=20000:20000 --pid PID, then orchestrator proxy reload)"
}
