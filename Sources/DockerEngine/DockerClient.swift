package import Foundation
package import OrchestratorModel

/// Talks to the Docker Engine over its HTTP API (version 1.41, Docker 20.10 and later).
package struct DockerClient: Sendable {
  package static let apiVersion = "v1.41"

  package let address: DockerAddress
  package let transport: any HTTPSender
  /// How long a call that is not a stream may take.
  package var timeout: Duration = .seconds(60)

  package init(address: DockerAddress, transport: any HTTPSender, timeout: Duration = .seconds(60)) {
    (self.address, self.transport, self.timeout) = (address, transport, timeout)
  }

  /// An answer that was not what was asked for.
  package struct Refusal: Error, CustomStringConvertible {
    package let status: Int
    package let message: String
    package var description: String { "Docker answered \(status): \(message)" }
  }

  package func get<Value: Decodable>(_ path: String, _ query: [String: String] = [:]) async throws -> Value {
    try await decoded("GET", path, query)
  }

  func post<Value: Decodable>(_ path: String, _ query: [String: String] = [:], body: some Encodable) async throws
    -> Value
  {
    try await decoded("POST", path, query, body: JSONEncoder().encode(body))
  }

  func decoded<Value: Decodable>(
    _ method: String, _ path: String, _ query: [String: String] = [:], body: Data? = nil
  ) async throws -> Value {
    let answer = try await send(method, path, query, body: body)
    do {
      return try JSONDecoder().decode(Value.self, from: answer.body)
    } catch {
      throw OrchestratorError(
        .runtimeFailed, "Docker's answer to \(method) \(path) is not one that this program understands",
        hint:
          "serving apps are not touched; see whether another version of Docker helps, and report it with yours (docker version)",
        underlying: error)
    }
  }

  @discardableResult
  package func send(
    _ method: String, _ path: String, _ query: [String: String] = [:], body: Data? = nil, timeout: Duration? = nil
  ) async throws -> HTTPResponse {
    try await translatingFailures {
      try Self.checked(await transport.send(call(method, path, query, body: body), timeout: timeout ?? self.timeout))
    }
  }

  package func stream(
    _ method: String, _ path: String, _ query: [String: String] = [:], body: Data? = nil,
    receive: (Data) async throws -> Void
  ) async throws {
    try await translatingFailures {
      _ = try Self.checked(await transport.stream(call(method, path, query, body: body), receive: receive))
    }
  }

  private func call(_ method: String, _ path: String, _ query: [String: String], body: Data?) -> HTTPRequest {
    var components = URLComponents()
    components.path = "/\(Self.apiVersion)\(path)"
    if !query.isEmpty {
      components.queryItems = query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0.key, value: $0.value) }
    }
    return HTTPRequest(
      method: method, endpoint: address.endpoint, path: components.string ?? path, host: "docker",
      headers: body == nil ? [:] : ["Content-Type": "application/json"], body: body)
  }

  private static func checked(_ answer: HTTPResponse) throws -> HTTPResponse {
    guard answer.status >= 400 else { return answer }
    let message = (try? JSONDecoder().decode([String: String].self, from: answer.body))?["message"]
    throw Refusal(status: answer.status, message: message ?? String(decoding: answer.body, as: UTF8.self))
  }

  private func translatingFailures<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch let failure as HTTPFailure {
      throw unreachable(failure)
    }
  }

  private func unreachable(_ failure: HTTPFailure) -> OrchestratorError {
    switch failure {
    case .forbidden:
      OrchestratorError(
        .runtimeForbidden, "this user may not use Docker at \(address)",
        hint: "add the user to the group 'docker' and log in anew, or run as root; serving apps are not touched",
        underlying: failure)
    case .refused, .noSocket:
      OrchestratorError(
        .runtimeUnavailable, "Docker is not running at \(address)",
        hint: "start Docker (systemctl start docker), or set DOCKER_HOST", underlying: failure)
    case .closed, .timedOut, .other:
      OrchestratorError(
        .runtimeUnavailable, "Docker at \(address) does not answer", hint: "look at Docker's own log",
        underlying: failure)
    }
  }
}

extension DockerClient.Refusal: ExplainableError {
  package var explained: OrchestratorError {
    OrchestratorError(.runtimeFailed, description.printable, hint: "Docker's own log says more", underlying: self)
  }

  package var isNotFound: Bool { status == 404 }
  package var isConflict: Bool { status == 409 }
}

/// Runs `work`; what Docker does not know is nil instead of an error.
package func nilIfNotFound<Value>(_ work: () async throws -> Value) async throws -> Value? {
  do {
    return try await work()
  } catch let refusal as DockerClient.Refusal where refusal.isNotFound {
    return nil
  }
}
