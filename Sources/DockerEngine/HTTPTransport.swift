import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import OrchestratorSystem

/// Sends requests and gives back the answers as they are: no redirect is followed and no status is an error.
package protocol HTTPSender: Sendable {
  /// Sends `call` and reads the answer within `timeout`, of its body at most the first `limit` bytes.
  ///
  /// - Throws: ``HTTPFailure``, or `CancellationError`.
  func send(_ call: HTTPRequest, timeout: Duration, limit: Int) async throws -> HTTPResponse

  /// Sends `call` and gives each part of the body to `receive` as it comes, for as long as the server sends.
  ///
  /// - Throws: ``HTTPFailure``, `CancellationError`, or what `receive` throws.
  func stream(_ call: HTTPRequest, receive: (Data) async throws -> Void) async throws -> HTTPResponse
}

extension HTTPSender {
  /// Sends `call` and reads the answer within `timeout`, of its body at most 64 MiB.
  package func send(_ call: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try await send(call, timeout: timeout, limit: 64 << 20)
  }
}

/// Sends requests over TCP and unix sockets.
package final class HTTPTransport: HTTPSender {
  /// The one of this process, as long as that lives. It keeps no connection when no request is under way, so there is nothing to shut down,
  /// however many engines come and go.
  package static let shared = HTTPTransport()

  private let client: HTTPClient

  private init() {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(5), read: nil)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    // One whose request was cancelled before it was sent would wait for the next: by then nginx may have other workers.
    configuration.connectionPool.idleTimeout = .zero
    client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  package func send(_ call: HTTPRequest, timeout: Duration, limit: Int) async throws -> HTTPResponse {
    // What is only asked changes nothing.
    if call.method == "GET" { return try await execute(call, timeout: timeout, limit: limit) }
    return try await FaultPoint.around("\(call.method) \(call.path)") {
      try await execute(call, timeout: timeout, limit: limit)
    }
  }

  private func execute(_ call: HTTPRequest, timeout: Duration, limit: Int) async throws -> HTTPResponse {
    try await Self.mappingErrors {
      try await Self.within(timeout) { [client] in
        let response = try await client.execute(Self.request(call), deadline: .distantFuture)
        var body = Data()
        // A body can go on for ever, such as a stream of events: what is not asked for is not waited for.
        for try await part in response.body {
          body += Data(buffer: part)
          if body.count >= limit { break }
        }
        return HTTPResponse(response, body: body.prefix(limit))
      }
    }
  }

  /// Runs `work`, and gives it up when `limit` is over. The client's own deadline ends with the head of the answer.
  private static func within<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw HTTPFailure.timedOut
      }
      guard let first = try await group.next() else { throw HTTPFailure.timedOut }
      return first
    }
  }

  package func stream(_ call: HTTPRequest, receive: (Data) async throws -> Void) async throws -> HTTPResponse {
    try await Self.mappingErrors {
      let response = try await self.client.execute(Self.request(call), deadline: .distantFuture)
      var refused = Data()
      for try await part in response.body {
        if response.status.code < 300 { try await receive(Data(buffer: part)) } else { refused += Data(buffer: part) }
      }
      return HTTPResponse(response, body: refused)
    }
  }

  private static func request(_ call: HTTPRequest) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: call.endpoint.url + call.path)
    request.method = HTTPMethod(rawValue: call.method)
    request.headers = HTTPHeaders(call.headers.map { ($0.key, $0.value) })
    request.headers.replaceOrAdd(name: "Host", value: call.host)
    request.headers.replaceOrAdd(name: "Connection", value: "close")
    if let body = call.body { request.body = .bytes(body) }
    return request
  }

  private static func mappingErrors<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch {
      if Task.isCancelled { throw CancellationError() }
      if error is HTTPFailure { throw error }
      throw HTTPFailure(from: error) ?? error
    }
  }
}

extension HTTPResponse {
  fileprivate init(_ response: HTTPClientResponse, body: Data) {
    let pairs = response.headers.map { ($0.name.lowercased(), $0.value) }
    self.init(
      status: Int(response.status.code), headers: Dictionary(pairs) { first, _ in first }, body: body)
  }
}

extension HTTPRequest.Endpoint {
  fileprivate var url: String {
    switch self {
    case .tcp(let host, let port): return "http://\(host):\(port)"
    case .unixSocket(let path):
      let encoded = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
      return "http+unix://\(encoded)"
    }
  }
}
