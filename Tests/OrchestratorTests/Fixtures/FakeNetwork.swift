import Foundation
import Synchronization

@testable import Orchestrator
@testable import OrchestratorDockerEngine

/// A network that answers from memory, and remembers what it was asked.
final class FakeNetwork: HTTPSender {
  typealias Answer = @Sendable (HTTPRequest) async throws -> HTTPResponse

  private let answer: Mutex<Answer>
  private let asked = Mutex<[HTTPRequest]>([])

  init(_ answer: @escaping Answer = { _ in HTTPResponse(200) }) { self.answer = Mutex(answer) }

  var calls: [HTTPRequest] { asked.withLock { $0 } }

  func answers(_ answer: @escaping Answer) { self.answer.withLock { $0 = answer } }

  func send(_ call: HTTPRequest, timeout: Duration, limit: Int) async throws -> HTTPResponse {
    asked.withLock { $0.append(call) }
    return try await answer.withLock { $0 }(call)
  }

  func stream(_ call: HTTPRequest, receive: (Data) async throws -> Void) async throws -> HTTPResponse {
    let answer = try await send(call, timeout: .zero)
    try await receive(answer.body)
    return answer
  }
}

extension HTTPResponse {
  init(_ status: Int, headers: [String: String] = [:], _ body: String = "") {
    self.init(status: status, headers: headers, body: Data(body.utf8))
  }
}
