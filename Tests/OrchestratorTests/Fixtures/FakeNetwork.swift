import Foundation
import Synchronization

@testable import Orchestrator
@testable import OrchestratorDockerEngine

/// A network that answers from memory, and remembers what it was asked.
final class FakeNetwork: HTTPSender {
  typealias Answer = @Sendable (HTTPCall) async throws -> HTTPAnswer

  private let answer: Mutex<Answer>
  private let asked = Mutex<[HTTPCall]>([])

  init(_ answer: @escaping Answer = { _ in HTTPAnswer(200) }) { self.answer = Mutex(answer) }

  var calls: [HTTPCall] { asked.withLock { $0 } }

  func answers(_ answer: @escaping Answer) { self.answer.withLock { $0 = answer } }

  func send(_ call: HTTPCall, timeout: Duration, limit: Int) async throws -> HTTPAnswer {
    asked.withLock { $0.append(call) }
    return try await answer.withLock { $0 }(call)
  }

  func stream(_ call: HTTPCall, receive: (Data) async throws -> Void) async throws -> HTTPAnswer {
    let answer = try await send(call, timeout: .zero)
    try await receive(answer.body)
    return answer
  }
}

extension HTTPAnswer {
  init(_ status: Int, headers: [String: String] = [:], _ body: String = "") {
    self.init(status: status, headers: headers, body: Data(body.utf8))
  }
}
