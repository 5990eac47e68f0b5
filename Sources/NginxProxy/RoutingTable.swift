package import OrchestratorModel

/// The complete routing table: which host leads to which internal port. It alone is enough to serve every app.
package struct RoutingTable {
  package let sites: [Site]

  /// The file `proxy-mappings.conf`.
  package var text: String {
    """
    # The routing table, rendered by orchestrator from its store; changes made here are lost.
    \(map("$host", to: "backend_port", first(.backend)))
    \(map("$host", to: "frontend_port", first(.frontend)))
    # Whose requests they are, for the log.
    \(map("$host", to: "routed_app", default: "''", byHost { $0.app.description }))
    \(map("$host", to: "routed_release", default: "''", byHost { $0.release.description }))
    \(map("$last_upstream", to: "retried_instance", default: "''", instances))
    \(map("$upstream_addr", to: "routed_instance", default: "''", instances + Self.retried))
    # Those whose clients are told to come back later.
    \(map("$host", to: "in_maintenance", inMaintenance))
    # A host is served on the public port of its own stack only.
    \(map("$host", to: "public_port", byHost { $0.listener.port.description }))
    # The paths that a backend claims for itself, with all below them, where there are pages in front of it: sets by their numbers.
    \(map("$host", to: "claims", claims.flatMap { claim in claim.hosts.map { ($0, claim.number.description) } }.sorted { $0.0 < $1.0 }))
    \(map("\"$claims:$uri\"", to: "is_claimed", claims.map { ("\"~^\($0.number):(?:\($0.expression))(?:/|$)\"", "1") }))

    """
  }

  private func map(
    _ source: String, to variable: String, default fallback: String = "0", _ entries: [(value: String, result: String)]
  ) -> String {
    let lines = entries.map { "    \($0.value) \($0.result);" }
    return (["map \(source) $\(variable) {", "    default \(fallback);"] + lines + ["}"]).joined(separator: "\n")
  }

  /// The ports of one map: a part's first instance stands for all of them.
  private func first(_ part: StackDescriptor.Role) -> [(String, String)] {
    entries(
      sites.flatMap { site in
        let port = site.location(of: part)?.upstreams.first?.address.port.description
        return site.hosts.compactMap { host in port.map { (host, $0) } }
      })
  }

  private var inMaintenance: [(String, String)] {
    entries(sites.filter { $0.maintenance != .off }.flatMap(\.hosts).map { ($0, "1") })
  }

  /// Which instance of its app listens where.
  private var instances: [(String, String)] {
    entries(
      sites.flatMap(\.locations).flatMap(\.upstreams).map { ($0.address.description, $0.instance.description) })
  }

  /// Of several that a request was tried at the last one answered; nginx looks at an expression only where no entry is the value itself.
  private static let retried = [("\"~[ ,](?<last_upstream>[^ ,]+)$\"", "$retried_instance")]

  /// What is the same for all requests to a host.
  private func byHost(_ value: (Site) -> String) -> [(String, String)] {
    entries(sites.flatMap { site in site.hosts.map { ($0, value(site)) } })
  }

  /// The entries of a map in their order; of several for one value the first counts, as nginx takes a value once.
  private func entries(_ pairs: [(String, String)]) -> [(String, String)] {
    Dictionary(pairs) { first, _ in first }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// A set of paths that backends claim, numbered from 1, as an expression, with the hosts where it counts.
  private struct Claim {
    let number: Int
    let expression: String
    let hosts: [String]
  }

  private var claims: [Claim] {
    let claiming = sites.compactMap { site -> (paths: [String], hosts: [String])? in
      guard let paths = site.location(of: .backend)?.paths, !paths.isEmpty, site.location(of: .frontend) != nil else {
        return nil
      }
      return (paths, site.hosts)
    }
    let sets = Dictionary(grouping: claiming) { ClaimedPaths(paths: $0.paths).expression ?? "" }
    return sets.sorted { $0.key < $1.key }.enumerated().map { index, set in
      Claim(number: index + 1, expression: set.key, hosts: Set(set.value.flatMap(\.hosts)).sorted())
    }
  }
}
