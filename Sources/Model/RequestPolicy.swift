/// What requests to a workload may be, and how the proxy passes them on.
public struct RequestPolicy: Hashable, Sendable, Codable {
  /// How many bytes the body of a request may have.
  public var bodyLimit: Int
  /// How long the app may be silent while it is to answer, in whole seconds.
  public var timeout: Int
  /// Whether a request is passed on only when all of it is there, so that slow clients do not keep an app busy.
  public var buffersRequests: Bool
  /// Whether an answer is taken in as fast as the app gives it; an app can say for each answer that it is not, with `X-Accel-Buffering: no`.
  public var buffersResponses: Bool

  /// How long a connection to the app is kept for the next request, in whole seconds; 0 closes it after each.
  ///
  /// It must be shorter than the time for which the app itself keeps one: a request that is sent over a connection which the app closes
  /// at that moment fails, and a POST must not be sent twice. (Of the usual servers gunicorn is the first to close one, after 2 s: its
  /// setting `keepalive`.)
  public var keepAlive: Int
  /// How many requests to the app may be under way at the same time, those of all its instances together; nil stands for half of what
  /// nginx can hold.
  public var connections: Int?

  /// What an app has whose stack says nothing.
  public static let standard = RequestPolicy(
    bodyLimit: 100 << 20, timeout: 300, buffersRequests: false, buffersResponses: true, keepAlive: 1)

  /// Reads them from JSON; what an earlier version did not know is as in an app whose stack says nothing.
  public init(from decoder: any Decoder) throws {
    let (values, standard) = (try decoder.container(keyedBy: CodingKeys.self), Self.standard)
    self.init(
      bodyLimit: try values.decodeIfPresent(Int.self, forKey: .bodyLimit) ?? standard.bodyLimit,
      timeout: try values.decodeIfPresent(Int.self, forKey: .timeout) ?? standard.timeout,
      buffersRequests: try values.decodeIfPresent(Bool.self, forKey: .buffersRequests) ?? standard.buffersRequests,
      buffersResponses: try values.decodeIfPresent(Bool.self, forKey: .buffersResponses) ?? standard.buffersResponses,
      keepAlive: try values.decodeIfPresent(Int.self, forKey: .keepAlive) ?? standard.keepAlive,
      connections: try values.decodeIfPresent(Int.self, forKey: .connections))
  }

  /// What holds for one app.
  public init(
    bodyLimit: Int, timeout: Int, buffersRequests: Bool, buffersResponses: Bool, keepAlive: Int, connections: Int? = nil
  ) {
    self.bodyLimit = bodyLimit
    self.timeout = timeout
    self.buffersRequests = buffersRequests
    self.buffersResponses = buffersResponses
    self.keepAlive = keepAlive
    self.connections = connections
  }
}

extension RequestPolicy {
  /// The same, but for what a person asked for one app.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  package func with(_ app: AppSpec) throws -> RequestPolicy {
    var options = self
    if let limit = app.bodyLimit {
      guard limit > 0 else {
        throw OrchestratorError(.invalidInput, "\(limit) bytes cannot be the limit of a body", hint: "such as 500m")
      }
      options.bodyLimit = limit
    }
    if let timeout = app.responseTimeout {
      guard Self.isTimeout(timeout) else {
        throw OrchestratorError(
          .invalidInput, "\(timeout.brief) cannot be the time that an app may be silent",
          hint: "it is whole seconds, from 1s to 24 hours (1440m)")
      }
      options.timeout = Int(timeout.seconds)
    }
    return options
  }

  /// nginx counts up to here (ngx_http_limit_conn_module.c: "connection limit must be less 65536").
  package static let mostConnections = 65_535

  /// nginx counts in whole seconds here.
  package static func isTimeout(_ duration: Duration, from least: Int = 1) -> Bool {
    duration == .seconds(Int(duration.seconds)) && (least...86_400).contains(Int(duration.seconds))
  }
}
