package import OrchestratorModel

/// The way to one workload of a host, as the store keeps it: a row for each.
package struct Route: Hashable, Sendable {
  /// The app that the route leads to.
  package let app: AppName
  /// The release that serves it.
  package let release: ReleaseNumber
  /// Where that runs.
  package let runtime: RuntimeName
  /// The host name that clients ask for, without a port.
  package let host: String
  /// The stack's public port, on which clients ask.
  package let publicPort: TCPPort
  /// Which part of its app the workload is.
  package let role: StackDescriptor.Role
  /// Paths such as `/api` that the workload claims for itself, with all below them, where the host has pages in front of it.
  package let paths: [String]
  /// Which instance of its component the workload is, from 1.
  package let instance: Int
  /// The port that the workload was given.
  package let internalPort: TCPPort
  /// What requests to it may be.
  package let http: RequestPolicy

  package init(
    app: AppName, release: ReleaseNumber, runtime: RuntimeName, host: String, publicPort: TCPPort,
    role: StackDescriptor.Role, paths: [String], instance: Int, internalPort: TCPPort, http: RequestPolicy
  ) {
    (self.app, self.release, self.runtime, self.host, self.publicPort) = (app, release, runtime, host, publicPort)
    (self.role, self.paths, self.instance, self.internalPort, self.http) = (role, paths, instance, internalPort, http)
  }
}

extension WorkloadPlan {
  /// The way from the proxy to the workload on `port`.
  package func route(to port: TCPPort) -> Route {
    Route(
      app: plan.app, release: plan.release, runtime: plan.runtime, host: plan.host, publicPort: plan.stack.publicPort,
      role: plan.stack.role, paths: plan.stack.paths, instance: instance, internalPort: port, http: plan.http)
  }
}
