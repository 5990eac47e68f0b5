package import OrchestratorModel

/// The complete routing table: which host leads to which internal port. It alone is enough to serve every app.
package struct RoutingTable {
  package let routes: [Route]
  /// The hosts whose clients are told to come back later.
  var inMaintenance: [String] = []

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
    \(map("$host", to: "in_maintenance", inMaintenance.sorted().map { ($0, "1") }))
    # A host is served on the public port of its own stack only.
    \(map("$host", to: "public_port", byHost { $0.publicPort.description }))
    # The paths that a backend claims for itself, with all below them, where there are pages in front of it: sets by their numbers.
    \(map("$host", to: "claims", claims.flatMap { claim in claim.hosts.map { ($0, claim.number.description) } }.sorted { $0.0 < $1.0 }))
    \(map("\"$claims:$uri\"", to: "is_claimed", claims.map { ("\"~^\($0.number):(?:\($0.expression))(?:/|$)\"", "1") }))

    """
  }

  private func map(
    _ source: String, to variable: String, default usual: String = "0", _ entries: [(value: String, result: String)]
  ) -> String {
    let lines = entries.map { "    \($0.value) \($0.result);" }
    return (["map \(source) $\(variable) {", "    default \(usual);"] + lines + ["}"]).joined(separator: "\n")
  }

  /// The ports of one map: a host's first instance stands for all of them.
  private func first(_ role: Route.Role) -> [(String, String)] {
    let own = routes.filter { $0.role == role }.sorted { $0.instance < $1.instance }
    return entries(own.map { ($0.host, $0.internalPort.description) })
  }

  /// Which instance of its app listens where.
  private var instances: [(String, String)] {
    entries(routes.map { ("127.0.0.1:\($0.internalPort)", $0.instance.description) })
  }

  /// Of several that a request was tried at the last one answered; nginx looks at an expression only where no entry is the value itself.
  private static let retried = [("\"~[ ,](?<last_upstream>[^ ,]+)$\"", "$retried_instance")]

  /// What all routes of a host have in common.
  private func byHost(_ value: (Route) -> String) -> [(String, String)] {
    entries(routes.map { ($0.host, value($0)) })
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
    let withPages = Set(routes.filter { $0.role == .frontend }.map(\.host))
    let claiming = routes.filter { $0.role == .backend && !$0.paths.isEmpty && withPages.contains($0.host) }
    let sets = Dictionary(grouping: claiming) { ClaimedPaths(paths: $0.paths).expression ?? "" }
    return sets.sorted { $0.key < $1.key }.enumerated().map { index, set in
      Claim(number: index + 1, expression: set.key, hosts: Set(set.value.map(\.host)).sorted())
    }
  }
}
