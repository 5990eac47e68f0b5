package import OrchestratorModel
import OrchestratorSystem

/// The ports on which clients reach the apps of the stacks, and who else may sit on them.
package struct PublicPorts: Sendable {
  /// The stacks at each port.
  package var stacks: [TCPPort: [StackName]] { allStacks.value }

  private let allStacks: Lazy<[TCPPort: [StackName]]>

  /// - Parameter stacks: is asked once, when they are needed.
  package init(stacks: @escaping @Sendable () -> [TCPPort: [StackName]]) { allStacks = Lazy(stacks) }

  /// The ports that nginx can listen on, and what is to be said of the others.
  struct Usable {
    package var ports: [TCPPort] = []
    /// Of ports that no app needs yet.
    package var notes: [Notice] = []
    /// Of ports whose apps cannot be reached.
    package var problems: [Notice] = []
  }

  /// The public ports of all stacks, without those that another program has: that harms the apps there, and no others.
  func usable(needed: Set<TCPPort>, listened: Set<TCPPort>, requiring required: TCPPort?) throws -> Usable {
    var usable = Usable()
    for port in Set(stacks.keys).union(needed).sorted() {
      if listened.contains(port) || PortProbe.isFree(port, everywhere: true) {
        usable.ports.append(port)
        continue
      }
      let owner = PortOwner.words(for: port)
      let text = "public port \(port) of \(stackNames(on: port)) is in use by \(owner)"
      func notice(_ severity: Notice.Severity, _ consequence: String) -> Notice {
        Notice(
          .publicPortInUse, severity, about: .installation, "\(text); \(consequence)",
          context: ["port": port.description, "owner": owner])
      }
      if port == required {
        throw OrchestratorError(
          .publicPortTaken, text,
          hint:
            "stop it, or give the stack another publicPort; to run a second installation beside one that runs, set a port offset"
        )
      }
      if needed.contains(port) {
        usable.problems.append(notice(.problem, "its apps cannot be reached"))
      } else {
        usable.notes.append(notice(.warning, "no app needs it yet"))
      }
    }
    return usable
  }

  private func stackNames(on port: TCPPort) -> String {
    stacks[port, default: []].map(\.description.quoted).joined(separator: ", ")
  }
}
