import Foundation

/// Looking at everything that an installation stands on.
extension DeploymentEngine {
  /// Looks at the machine, the state, the proxy, and each app from end to end; changes nothing unless it is to fix what it finds.
  ///
  /// - Parameter fixing: whether to do the remedies that can harm nothing: what ``reconcile(dryRun:)`` does, and permissions that
  ///   are too wide.
  /// - Returns: what was found, after it was fixed; what cannot be looked at is a finding, too.
  public func diagnose(fixing: Bool = false) async -> Diagnosis {
    let findings = await findings()
    guard fixing, findings.contains(where: \.isFixable) else { return Diagnosis(findings: findings) }
    var fixed = narrowPermissions()
    do {
      let outcome = try await reconcile()
      fixed += outcome.done
      return Diagnosis(
        findings: await self.findings()
          + outcome.problems.map { .problem("fix", $0, remedy: "orchestrator logs NAME says what an app printed last") },
        fixed: fixed)
    } catch {
      return Diagnosis(findings: await self.findings() + [.problem("fix", error)], fixed: fixed)
    }
  }

  private func findings() async -> [Finding] {
    var findings = await runtimeFindings() + certificateFindings() + diskFindings()
    findings += await clockFindings() + folderFindings() + storeFindings() + isolationFindings()
    let proxy = await Result(catching: { try await settledProxyStatus() })
    findings += await proxyFindings(proxy) + portFindings(try? proxy.get())
    return await findings + tidinessFindings() + strayFindings() + appFindings()
  }
}
