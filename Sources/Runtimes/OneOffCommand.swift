import Foundation
package import OrchestratorModel
package import OrchestratorSystem

/// A command that runs once beside the workloads of a release: in what they run from, as their user, with their environment and their
/// limits, and without a port.
package struct OneOffCommand: Sendable {
  package let plan: ComponentPlan
  /// The program and its arguments, as they are.
  package let words: [String]
  /// The process that waits for it.
  let owner: ProcessIdentity
  /// What it is known by while it runs; it says who waits for it.
  package let name: String

  package init(_ words: [String], of plan: ComponentPlan, waitedForBy owner: ProcessIdentity = .current) {
    (self.plan, self.words, self.owner) = (plan, words, owner)
    name = Self.prefix(of: plan) + "\(owner.id).\(owner.start).\(UUID().uuidString.prefix(8).lowercased())"
  }

  /// What no name of a workload has in it.
  private static let mark = "_run-"

  /// What the names of all such commands of a release's component begin with.
  static func prefix(of plan: ComponentPlan) -> String { plan.name + mark }

  /// What it is told apart by from the others of its release.
  var id: String { String(name.dropFirst(plan.name.count + 1)) }

  /// Whether this is the name of a command for which a process waits that runs.
  package static func isInUse(_ name: String) -> Bool {
    guard let place = name.firstRange(of: mark) else { return false }
    let numbers = name[place.upperBound...].split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && ProcessIdentity(id: numbers[0], start: numbers[1]).isAlive
  }
}
