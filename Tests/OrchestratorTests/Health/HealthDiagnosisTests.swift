import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorSystem

@Suite("Why an app is not healthy")
struct HealthDiagnosisTests {
  @Test(
    "is told by what it answers",
    arguments: [
      (answer(400, text: Self.djangoDebugPage), "the app refuses the host 'blog.localhost'"),
      (answer(400, text: Self.djangoPlainPage), "the app refuses the host 'blog.localhost'"),
      (
        answer(301, redirect: "https://blog.localhost/"),
        "the app sends every client to https, where this proxy does not answer"
      ),
      (answer(404), "the app has no page at /up"), (answer(401), "/up needs a login"),
      (answer(403), "/up needs a login"),
      (answer(500), "the app itself fails"), (answer(503), "the app itself fails"),
    ])
  func answers(outcome: HealthProbe.Outcome, cause: String) {
    #expect(HealthDiagnosis.of(outcome, listeners: nil, plan: Self.plan)?.cause == cause)
  }

  @Test(
    "is not guessed at", arguments: [answer(400, text: "missing field"), answer(418), answer(302, redirect: "/login")])
  func unknown(outcome: HealthProbe.Outcome) {
    #expect(HealthDiagnosis.of(outcome, listeners: nil, plan: Self.plan) == nil)
  }

  @Test(
    "is told by where it listens, when nobody answers",
    arguments: [
      ([], "nothing listens on port 8000"),
      (
        [listener(8000, isLoopback: true)],
        "the app listens on 127.0.0.1 inside its container, where no client can reach it"
      ),
      ([listener(3000)], "the app listens on port 3000, not on 8000"),
      // Docker's own resolver.
      ([listener(41234, isLoopback: true)], "nothing listens on port 8000"),
      ([listener(8000)], nil),
    ] as [([SocketAddress], String?)])
  func listeners(listeners: [SocketAddress], cause: String?) {
    let report = ListenerReport(expected: .number(8000), listeners: listeners)
    #expect(HealthDiagnosis.of(.failed(.closed), listeners: report, plan: Self.plan)?.cause == cause)
  }

  @Test("is not told when nobody answers and it cannot be seen where it listens")
  func unseen() {
    #expect(HealthDiagnosis.of(.failed(.refused), listeners: nil, plan: Self.plan) == nil)
  }

  @Test("comes with a cure that names the host and the settings")
  func cure() {
    let plan = ComponentPlan.sample(variables: ["settings": "config.settings"])
    let diagnosis = HealthDiagnosis.of(Self.answer(400, text: Self.djangoPlainPage), listeners: nil, plan: plan)
    #expect(diagnosis?.cure == #"allow it, in Django with ALLOWED_HOSTS = ["blog.localhost"] in config.settings"#)
  }

  private static let plan = ComponentPlan.sample(healthPath: "/up")

  private static func answer(_ status: Int, redirect: String? = nil, text: String = "") -> HealthProbe.Outcome {
    .answered(status: status, redirect: redirect, text: text)
  }

  private static func listener(_ port: Int, isLoopback: Bool = false) -> SocketAddress {
    SocketAddress(port: .number(port), isLoopback: isLoopback, user: 10001, inode: 1)
  }

  /// What Django 5.2 answers with DEBUG on.
  private static let djangoDebugPage = """
    <h1>DisallowedHost
         <small>at /</small></h1>
    <pre class="exception_value">Invalid HTTP_HOST header: &#x27;blog.localhost:13000&#x27;. You may need to add \
    &#x27;blog.localhost&#x27; to ALLOWED_HOSTS.</pre>
    """

  /// What Django 5.2 answers with DEBUG off.
  private static let djangoPlainPage = """
    <!doctype html>
    <html lang="en">
    <head>
      <title>Bad Request (400)</title>
    </head>
    <body>
      <h1>Bad Request (400)</h1><p></p>
    </body>
    </html>
    """
}
