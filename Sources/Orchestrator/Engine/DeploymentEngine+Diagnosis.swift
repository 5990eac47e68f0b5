import OrchestratorModel

/// Looking at everything, and putting right what can be.
extension DeploymentEngine {
  /// Looks at the machine, the state, the proxy, and each app from end to end; changes nothing unless it is to fix what it finds.
  ///
  /// - Parameter fixing: whether to do what ``reconcile(dryRun:)`` does, and to narrow permissions that are too wide.
  /// - Returns: what was found, after it was fixed; what cannot be looked at is a finding, too.
  public func diagnose(fixing: Bool = false) async -> Diagnosis {
    let doctor = Doctor(installation: installation)
    let findings = await doctor.findings()
    guard fixing, findings.contains(where: \.isFixable) else { return Diagnosis(findings: findings) }
    var fixed = doctor.narrowPermissions()
    do {
      let outcome = try await reconcile()
      fixed += outcome.done
      return Diagnosis(
        findings: await doctor.findings()
          + outcome.problems.map {
            .problem("fix", $0.text, remedy: "orchestrator logs NAME says what an app printed last")
          },
        fixed: fixed)
    } catch {
      return Diagnosis(findings: await doctor.findings() + [.problem("fix", error)], fixed: fixed)
    }
  }
}
