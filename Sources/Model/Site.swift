/// An app as clients reach it: by which names, at which port, and where its requests go.
package struct Site: Hashable, Sendable {
  package let app: AppName
  /// The release that serves it.
  package let release: ReleaseNumber
  /// The host names that clients ask for, without a port; at least one.
  package var hosts: [String]
  package var listener: Listener
  /// Where requests go, by what they ask for; one for each part of the app.
  package var locations: [Location]
  package var maintenance: MaintenanceMode

  package init(
    app: AppName, release: ReleaseNumber, hosts: [String], listener: Listener, locations: [Location],
    maintenance: MaintenanceMode = .off
  ) {
    (self.app, self.release, self.hosts, self.listener) = (app, release, hosts, listener)
    (self.locations, self.maintenance) = (locations, maintenance)
  }

  /// The name that the app is known by first.
  package var host: String { hosts.first ?? "" }

  /// The location of a part of the app, if it has that.
  package func location(of part: StackDescriptor.Role) -> Location? { locations.first { $0.part == part } }
}

/// Where the proxy listens for a site.
package struct Listener: Hashable, Sendable {
  package let port: TCPPort

  package init(port: TCPPort) { self.port = port }
}

/// One part of a site: what it claims, what requests to it may be, and who answers them.
package struct Location: Hashable, Sendable {
  package let part: StackDescriptor.Role
  /// Paths such as `/api` that the part claims for itself, with all below them, where the site has pages in front of it.
  package var paths: [String]
  package var policy: RequestPolicy
  /// The instances, in the order of their numbers; the one with the fewest requests gets the next.
  package var upstreams: [Upstream]

  package init(part: StackDescriptor.Role, paths: [String], policy: RequestPolicy, upstreams: [Upstream]) {
    (self.part, self.paths, self.policy, self.upstreams) = (part, paths, policy, upstreams)
  }
}

/// One instance of a part of an app.
package struct Upstream: Hashable, Sendable {
  /// Which instance of its component it is, from 1.
  package let instance: Int
  package let address: SocketEndpoint

  package init(instance: Int, address: SocketEndpoint) { (self.instance, self.address) = (instance, address) }
}
