import OrchestratorModel
import OrchestratorSystem

/// Why an app is not healthy, as far as it can be told, and what cures it. The usual causes are known by their signs.
struct HealthDiagnosis: Sendable, Equatable {
  let cause: String
  let cure: String

  /// The app needs more memory than it may have.
  static func outOfMemory(_ limits: StackDescriptor.Limits) -> HealthDiagnosis {
    HealthDiagnosis(
      cause: "used up its memory (\(limits.memory >> 20) MiB)",
      cure: "raise limits.memory in the stack's descriptor, or have the app use less")
  }

  /// Whether an app's own words say that it had no memory left: in gunicorn's of a worker that the system killed, Python's and Node's.
  static func saysOutOfMemory(_ lines: String) -> Bool {
    ["Perhaps out of memory", "MemoryError", "JavaScript heap out of memory", "Cannot allocate memory"].contains {
      lines.contains($0)
    }
  }

  /// The cause of what the last request came to.
  static func of(_ outcome: HealthProbe.Outcome, listeners: ListenerReport?, plan: ComponentPlan) -> HealthDiagnosis? {
    switch outcome {
    case .answered(400, _, let text) where refusesHost(text, plan: plan):
      HealthDiagnosis(
        cause: "the app refuses the host \(plan.host.quoted)",
        cure:
          "allow it, in Django with ALLOWED_HOSTS = [\"\(plan.host)\"] in \(plan.variables["settings"] ?? "the settings")"
      )
    case .answered where outcome.sendsToHTTPS:
      HealthDiagnosis(
        cause: "the app sends every client to https, where this proxy does not answer",
        cure: "switch the redirect off (in Django SECURE_SSL_REDIRECT)")
    case .answered(let status, _, _) where status == 404:
      HealthDiagnosis(
        cause: "the app has no page at \(plan.healthPath)", cure: "name one that it has with --health-path /PATH")
    case .answered(let status, _, _) where status == 401 || status == 403:
      HealthDiagnosis(
        cause: "\(plan.healthPath) needs a login", cure: "name a page that does not with --health-path /PATH")
    case .answered(let status, _, _) where status >= 500:
      HealthDiagnosis(cause: "the app itself fails", cure: "its log says why")
    case .answered: nil
    case .failed: listeners.flatMap(of)
    }
  }

  /// The cause when there is no answer.
  private static func of(_ report: ListenerReport) -> HealthDiagnosis? {
    let expected = report.expected
    let address = report.isNetworkIsolated ? "0.0.0.0" : SocketEndpoint.loopbackHost
    if let found = report.listeners.first(where: { $0.port == expected }) {
      return found.isLoopback && report.isNetworkIsolated
        ? HealthDiagnosis(
          cause: "the app listens on 127.0.0.1 inside its container, where no client can reach it",
          cure: "have it listen on \(address):\(expected)") : nil
    }
    // Docker's own resolver listens inside user-defined networks, on a loopback address and a random port.
    if let other = report.listeners.first(where: { !$0.isLoopback || !report.isNetworkIsolated }) {
      return HealthDiagnosis(
        cause: "the app listens on port \(other.port), not on \(expected)", cure: "have it listen on the port in $PORT")
    }
    return HealthDiagnosis(
      cause: "nothing listens on port \(expected)", cure: "have the app listen on \(address) and the port in $PORT")
  }

  private static func refusesHost(_ text: String, plan: ComponentPlan) -> Bool {
    text.contains("DisallowedHost") || text.contains("Invalid HTTP_HOST") || text.contains("Bad Request (400)")
  }
}
