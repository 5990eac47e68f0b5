import Foundation
import OrchestratorDockerEngine
import OrchestratorModel

/// Asks a release whether it is well: a real request with the app's real host, as clients will send it.
struct HealthProbe: Sendable {
  /// What came of one request.
  enum Outcome: Sendable, Equatable {
    /// It answered; `redirect` is where it sends the client, `text` the beginning of the body.
    case answered(status: Int, redirect: String?, text: String)
    /// There was no answer.
    case failed(HTTPFailure)
  }

  /// How much of a body is looked at.
  private static let shownBytes = 4096

  let transport: any HTTPSender

  /// Sends one request to what listens there, a workload or the proxy.
  func ask(_ plan: ComponentPlan, at address: SocketEndpoint) async throws -> Outcome {
    let host = "\(plan.host):\(plan.stack.publicPort)"
    let call = HTTPRequest(
      endpoint: .tcp(host: address.host, port: Int(address.port.number)), path: plan.healthPath, host: host,
      headers: ["User-Agent": "orchestrator-health", "X-Forwarded-Proto": "http", "X-Forwarded-Host": host])
    do {
      let answer = try await transport.send(call, timeout: plan.stack.health.timeout, limit: Self.shownBytes)
      return .answered(
        status: answer.status, redirect: answer.headers["location"],
        text: String(decoding: answer.body, as: UTF8.self))
    } catch let failure as HTTPFailure {
      return .failed(failure)
    }
  }
}

extension HealthProbe.Outcome {
  /// Whether the answer counts as healthy. One that sends clients to https does not: nothing would answer them there.
  func isHealthy(_ health: StackDescriptor.Health) -> Bool {
    guard case .answered(let status, _, _) = self else { return false }
    return health.status.contains { $0.contains(status) } && !sendsToHTTPS
  }

  var sendsToHTTPS: Bool {
    guard case .answered(let status, let redirect?, _) = self else { return false }
    return (300..<400).contains(status) && redirect.hasPrefix("https://")
  }

  /// In a few words, for messages: `answered 502`.
  var summary: String {
    switch self {
    case .answered(let status, let redirect?, _) where (300..<400).contains(status):
      "answered \(status) to \(redirect.printable)"
    case .answered(let status, _, _): "answered \(status)"
    case .failed(.refused): "was refused"
    case .failed(.closed): "was closed without an answer"
    case .failed(.timedOut): "was not answered in time"
    case .failed(let failure): "failed: \(failure)"
    }
  }
}
