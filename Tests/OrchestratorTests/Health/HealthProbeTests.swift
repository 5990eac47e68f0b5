import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

@Suite("Asking a release for its health")
struct HealthProbeTests {
  @Test("is a request like that of a client of the app")
  func request() async throws {
    let network = FakeNetwork()
    _ = try await HealthProbe(transport: network).ask(.sample(healthPath: "/up?full=1"), at: .loopback(.number(15003)))
    let call = try #require(network.calls.first)
    #expect(call.method == "GET" && call.path == "/up?full=1")
    #expect(call.endpoint == .tcp(host: "127.0.0.1", port: 15003))
    #expect(call.host == "blog.localhost:14000")
    #expect(call.headers["X-Forwarded-Host"] == "blog.localhost:14000")
    #expect(call.headers["X-Forwarded-Proto"] == "http")
  }

  @Test(
    "tells what came of it in a few words",
    arguments: [
      (.answered(status: 502, redirect: nil, text: ""), "answered 502"),
      (.answered(status: 301, redirect: "/\u{1B}[2J", text: ""), #"answered 301 to /\u{1B}[2J"#),
      (.answered(status: 200, redirect: "/ignored", text: ""), "answered 200"), (.failed(.refused), "was refused"),
      (.failed(.closed), "was closed without an answer"), (.failed(.timedOut), "was not answered in time"),
    ] as [(HealthProbe.Outcome, String)])
  func summary(outcome: HealthProbe.Outcome, expected: String) { #expect(outcome.summary == expected) }

  @Test(
    "counts as healthy what the stack says, but never a redirect to https",
    arguments: [
      (.answered(status: 200, redirect: nil, text: ""), true), (.answered(status: 399, redirect: nil, text: ""), true),
      (.answered(status: 302, redirect: "/login", text: ""), true),
      (.answered(status: 400, redirect: nil, text: ""), false),
      (.answered(status: 302, redirect: "https://blog.localhost/", text: ""), false), (.failed(.refused), false),
    ] as [(HealthProbe.Outcome, Bool)])
  func healthy(outcome: HealthProbe.Outcome, expected: Bool) {
    #expect(outcome.isHealthy(StackDescriptor.sample().health) == expected)
  }

  @Test("is a failure, not an error, when nobody answers")
  func nobody() async throws {
    let network = FakeNetwork { _ in throw HTTPFailure.refused }
    let outcome = try await HealthProbe(transport: network).ask(.sample(), at: .loopback(.number(15003)))
    #expect(outcome == .failed(.refused))
  }
}
