import Foundation
package import OrchestratorModel

/// Saying what nginx does, and with which files.
extension NginxProxy {
  package func status() async throws -> ProxyStatus {
    let current = current()
    let running = try await host.isRunning()
    let serving = await serving(current)
    let served = try await sites.sites()
    var status = ProxyStatus(
      running: running, runtime: host.runtime, serving: serving, configured: current?.generation,
      version: current?.version.description, connections: current?.capacity.connections,
      ports: current?.publicPorts ?? [], apps: served.count,
      configuration: folder.currentLink, logs: folder.logs)
    status.lastError = folder.lastError
    if running { status.user = try await host.presentUser().map { Int($0.id) } }
    status.quarantined = current?.quarantined ?? []
    if running, let workers = try? await host.workers() {
      status.workers = ProxyStatus.Workers(active: workers.active.count, retiring: workers.retiring.count)
    }
    // A command that is at an app may wait for others before its routes are brought into force.
    let changing = try await sites.appsBeingChanged()
    func isSettled(_ app: AppName) -> Bool { !changing.contains(app) }
    let settled = served.filter { isSettled($0.app) }
    let unserved = Set(settled.map(\.listener.port)).subtracting(status.ports).sorted().map(\.description)
    if !running && served.isEmpty {
      // No app is served, and none is to be.
    } else if !running {
      status.problem = (["nginx does not run"] + (try await host.lastOutput())).joined(separator: "\n")
    } else if current == nil {
      status.problem = "the files in \(folder.currentLink) are gone; the next deploy makes them anew"
    } else if serving != current?.generation {
      status.problem = "nginx does not answer with the generation that was configured last"
    } else if !unserved.isEmpty {
      status.problem = "nginx does not listen on \(unserved.joined(separator: ", ")), where apps should be reached"
    } else if let current, current.sites.filter({ isSettled($0.app) }) != settled {
      status.problem = "the routes in force are not those of the store; the next deploy mends that"
    } else if let current, !folder.holds(current) {
      status.problem =
        "files in \(folder.currentLink) are not as this orchestrator writes them; 'orchestrator proxy reload' makes them anew"
    }
    return status
  }

  package func pendingChange() async throws -> Notice? {
    try await pendingReason().map {
      Notice(.proxyRestored, about: .installation, "nginx would be brought to what the store says: \($0)")
    }
  }

  private func pendingReason() async throws -> String? {
    if let problem = try await status().problem { return problem }
    // The command that is at an app brings into force what is wanted.
    guard try await sites.appsBeingChanged().isEmpty else { return nil }
    let wanted = try await wanted(for: .restore)
    guard let next = wanted.next, !wanted.isInForce else { return nil }
    let (now, then) = (Set(wanted.current?.publicPorts ?? []), Set(next.publicPorts))
    let (more, fewer) = (then.subtracting(now).sorted(), now.subtracting(then).sorted())
    if !more.isEmpty {
      return
        "it does not listen on \(more.map(\.description).joined(separator: ", ")) yet, where a stack is to be reached"
    }
    if !fewer.isEmpty {
      return
        "it listens on \(fewer.map(\.description).joined(separator: ", ")), where no stack is to be reached any more"
    }
    return "its configuration was made with other settings, or nginx was never seen to have taken it"
  }

  package func quarantined() async throws -> [ProxyStatus.Quarantine] { current()?.quarantined ?? [] }

  package func files() async throws -> [ProxyFile] {
    guard let current = current() else { return [] }
    let first = ["nginx.conf", "proxy-mappings.conf", "pages.conf"]
    let names = current.files.keys.filter { $0.hasSuffix(".conf") }
    return (first + names.filter { !first.contains($0) }.sorted()).compactMap { name in
      let path = "\(folder.generation(current.generation))/\(name)"
      // What nginx reads is what is there, not what should be.
      return (try? String(contentsOfFile: path, encoding: .utf8)).map { ProxyFile(path: path, text: $0) }
    }
  }
}
