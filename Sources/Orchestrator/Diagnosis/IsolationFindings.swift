import OrchestratorRuntimes

/// Whether containers are kept from one another.
extension Doctor {
  func isolationFindings() async -> [Finding] {
    // A runtime that does not answer is said elsewhere.
    guard let isolation = try? await runtimes[.docker].isolation() else { return [] }
    var findings: [Finding] = []
    if let fault = isolation.fault {
      findings.append(.problem("containers", fault, remedy: Isolation.cure))
    }
    if !isolation.outside.isEmpty {
      findings.append(
        .notice(
          "containers",
          "outside of the network that keeps containers apart run \(isolation.outside.joined(separator: ", ")): of an earlier version, or Docker could not do it",
          remedy: "deploy these apps again, which says why if they stay outside"))
    }
    return findings.isEmpty ? [.good("containers", "are kept from one another")] : findings
  }
}
