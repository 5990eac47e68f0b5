package import OrchestratorModel

/// The addresses on which a workload listens.
package struct ListenerReport: Sendable, Equatable {
  /// The port on which it should listen.
  package var expected: TCPPort
  /// What it listens on.
  package var listeners: [SocketAddress]
  /// Whether it runs in a network of its own, where only what it has on all addresses can be reached.
  package var isNetworkIsolated = true

  package init(expected: TCPPort, listeners: [SocketAddress], isNetworkIsolated: Bool = true) {
    (self.expected, self.listeners, self.isNetworkIsolated) = (expected, listeners, isNetworkIsolated)
  }
}
