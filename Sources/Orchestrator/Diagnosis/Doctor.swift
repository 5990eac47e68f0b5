import OrchestratorModel
import OrchestratorStacks

/// Looks at everything that an installation stands on, and changes nothing.
struct Doctor: InstallationWorker {
  let installation: Installation

  private var inspector: Inspector { Inspector(installation: installation) }

  /// What was found, machine first, apps last; what cannot be looked at is a finding, too.
  func findings() async -> [Finding] {
    var findings = await runtimeFindings() + certificateFindings() + diskFindings()
    findings += await clockFindings() + folderFindings() + storeFindings() + isolationFindings()
    let proxy = await Result(catching: { try await inspector.proxyStatus() })
    findings += await proxyFindings(proxy) + portFindings(try? proxy.get())
    return await findings + tidinessFindings() + strayFindings() + appFindings()
  }
}
