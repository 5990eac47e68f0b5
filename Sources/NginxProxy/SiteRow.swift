package import OrchestratorModel

/// One upstream with all that is true of its site: the form in which sites are kept, in the store and beside a configuration.
package struct SiteRow {
  let app: AppName
  let release: ReleaseNumber
  let host: String
  let publicPort: TCPPort
  let part: StackDescriptor.Role
  let paths: [String]
  let policy: RequestPolicy
  let upstream: Upstream

  package init(
    app: AppName, release: ReleaseNumber, host: String, publicPort: TCPPort, part: StackDescriptor.Role,
    paths: [String], policy: RequestPolicy, upstream: Upstream
  ) {
    (self.app, self.release, self.host, self.publicPort) = (app, release, host, publicPort)
    (self.part, self.paths, self.policy, self.upstream) = (part, paths, policy, upstream)
  }
}

extension [SiteRow] {
  /// The sites of these rows, ordered by host. Those of an app are all of one host, one port and one release.
  package func sites(maintenance: [AppName: MaintenanceMode]) -> [Site] {
    Dictionary(grouping: self, by: \.app).map { app, rows in
      let parts = Dictionary(grouping: rows, by: \.part).sorted { $0.key.rawValue < $1.key.rawValue }
      return Site(
        app: app, release: rows[0].release, hosts: [rows[0].host], listener: Listener(port: rows[0].publicPort),
        locations: parts.map { part, rows in
          Location(
            part: part, paths: rows[0].paths, policy: rows[0].policy,
            upstreams: rows.map(\.upstream).sorted { $0.instance < $1.instance })
        }, maintenance: maintenance[app] ?? .off)
    }.sorted { $0.host < $1.host }
  }
}
