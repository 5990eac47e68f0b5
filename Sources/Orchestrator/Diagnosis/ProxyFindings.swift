import OrchestratorNginxProxy
import OrchestratorStore
import OrchestratorSystem

/// The proxy, and the ports of all stacks.
extension Doctor {
  func proxyFindings(_ status: Result<ProxyStatus, any Error>) -> [Finding] {
    do {
      let status = try status.get()
      var findings: [Finding] = []
      if let problem = status.problem {
        findings.append(.problem("nginx", problem, remedy: "orchestrator reconcile", isFixable: true))
      }
      findings += status.quarantined.notices.map(\.text).map {
        .notice("nginx", $0, remedy: "please report this; orchestrator proxy reload tries it again")
      }
      if let shortcoming = status.version.flatMap(NginxVersion.init)?.shortcoming {
        findings.append(.notice("nginx", shortcoming, remedy: NginxVersion.cure))
      }
      if status.running, let shortcoming = status.connections.flatMap({ ProxyCapacity(connections: $0).shortcoming }) {
        findings.append(.notice("nginx", shortcoming, remedy: ProxyCapacity.cure))
      }
      findings += earlierUserFindings(status)
      let place = status.running ? "runs, with \(status.runtime.rawValue)" : "does not run, as no app needs it"
      return findings.isEmpty ? [.good("nginx", place + (status.version.map { ", version \($0)" } ?? ""))] : findings
    } catch {
      return [.problem("nginx", error)]
    }
  }

  /// An nginx goes on as the user that an earlier version started it as, whose number containers have as well.
  private func earlierUserFindings(_ status: ProxyStatus) -> [Finding] {
    let own = Int(NginxUser.new(firstUser: installation.configuration.firstUser).id)
    guard let user = status.user, user != own else { return [] }
    let cure =
      status.runtime == .docker
      ? "docker rm --force \(installation.configuration.namespace)-proxy, then orchestrator reconcile; no app is reached in between"
      : "the first command after the next restart of the machine does it"
    return [.notice("nginx", "it goes on as the user \(user); started anew it would be \(own)", remedy: cure)]
  }

  func portFindings(_ proxy: ProxyStatus?) async -> [Finding] {
    let findings = await publicPortFindings(proxy) + internalPortFindings()
    return findings.isEmpty ? [.good("ports", "those of all stacks are free, or ours")] : findings
  }

  private func publicPortFindings(_ proxy: ProxyStatus?) async -> [Finding] {
    // Where we cannot tell where our nginx listens, it could be taken for a stranger.
    guard let proxy, !proxy.running || !proxy.ports.isEmpty else { return [] }
    let needed = Set(((try? await store.routes()) ?? []).map(\.publicPort))
    let listened = Set(proxy.running ? proxy.ports : [])
    return Set(installation.stacks.all.map(\.publicPort)).union(needed).sorted().compactMap { port in
      guard !listened.contains(port), !PortProbe.isFree(port, everywhere: true) else { return nil }
      let owner = PortOwner.words(for: port)
      let text = "public port \(port) is in use by \(owner)"
      let remedy = "stop it, or give the stack another publicPort"
      return needed.contains(port)
        ? .problem("ports", "\(text): apps cannot be reached there", remedy: remedy)
        : .notice("ports", "\(text); no app needs it yet", remedy: remedy)
    }
  }

  private func internalPortFindings() async -> [Finding] {
    let given = (try? await store.reservedPorts()) ?? []
    return installation.stacks.stacks.sorted { $0.name.description < $1.name.description }.compactMap { stack in
      let ports = Array(stack.internalPorts.ports)
      let foreign = ports.filter { !given.contains($0) && !PortProbe.isFree($0) }.count
      let left = ports.filter { !given.contains($0) }.count - foreign
      guard left * 10 < ports.count || foreign > 0 else { return nil }
      let others = foreign > 0 ? "; \(foreign) are in use by programs that are not ours" : ""
      let text = "\(left) of \(ports.count) internal ports of \(stack.name.description.quoted) are free\(others)"
      let remedy = "destroy an app, or widen internalPorts in the stack's descriptor"
      return left == 0 ? .problem("ports", text, remedy: remedy) : .notice("ports", text, remedy: remedy)
    }
  }
}
