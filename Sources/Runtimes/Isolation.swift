/// How far the workloads of a runtime are kept from one another.
package struct Isolation: Sendable, Equatable {
  /// That they reach each other around the proxy, although they should not, in one sentence; nil when they do not, as far as can be seen.
  package var fault: String?
  /// The names of workloads that stand outside of what keeps the others apart.
  package var outside: [String] = []

  /// What brings the fault in order.
  package static let cure =
    "Docker must filter what crosses a bridge: modprobe br_netfilter; sysctl net.bridge.bridge-nf-call-iptables=1; no iptables=false in /etc/docker/daemon.json; then restart Docker"
}
