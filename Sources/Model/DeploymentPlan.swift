/// Everything that a deployment will do, decided before it does anything; it is kept with the release, and recovery reads it there.
package struct DeploymentPlan: Sendable, Equatable, Codable {
  /// The stack that the person named.
  package let stack: StackName
  /// The SHA-256 of that stack's descriptor, in hexadecimal.
  package let descriptorDigest: String
  /// The folder with the app's source; those of its components are in it.
  package let sourceFolder: String
  /// What the person should know of the app as a whole before it is deployed.
  package let remarks: [String]
  private var first: ComponentPlan
  private var others: [ComponentPlan]

  /// The app's components, at least one; they are built, started and checked side by side, and go live and away together.
  package var components: [ComponentPlan] { [first] + others }

  /// The component whose place `plan` takes when it goes live: the one of that name, if it ran in the same way.
  package func component(replacedBy plan: ComponentPlan) -> ComponentPlan? {
    components.first { $0.component == plan.component && $0.runtime == plan.runtime }
  }

  /// Puts the plans of an app's components together.
  package init(
    stack: StackName, descriptorDigest: String, sourceFolder: String, remarks: [String] = [], first: ComponentPlan,
    others: [ComponentPlan] = []
  ) {
    self.stack = stack
    self.descriptorDigest = descriptorDigest
    self.sourceFolder = sourceFolder
    self.remarks = remarks
    (self.first, self.others) = (first, others)
    shareProcesses()
  }

  /// Tells each component how many processes the app may have.
  private mutating func shareProcesses() {
    let processes = components.reduce(0) { $0 + $1.stack.limits.pids * $1.instances }
    (first, others) = (first.sharing(processes), others.map { $0.sharing(processes) })
  }

  /// The plan of an app with a single component, which needs no name.
  package init(_ only: ComponentPlan) {
    self.init(
      stack: only.stack.name, descriptorDigest: only.stack.digest, sourceFolder: only.sourceFolder, first: only)
  }

  // What all components have in common.
  package var app: AppName { first.app }
  package var release: ReleaseNumber { first.release }
  package var runtime: RuntimeName { first.runtime }
  package var host: String { first.host }
  package var publicPort: TCPPort { first.stack.publicPort }
  package var url: String { first.url }
  package var appNumber: Int? { first.appNumber }
  package var advice: [String] { remarks + components.flatMap(\.advice) }

  /// How long the requests under way may go on when the release is replaced: as long as its most patient component lets them.
  package var drain: Duration { components.map(\.stack.stop.drain).max() ?? .zero }

  /// The same plan for another release, of the app that has this number.
  package func numbered(_ release: ReleaseNumber, app number: Int) -> DeploymentPlan {
    mapping { $0.numbered(release, app: number) }
  }

  /// The same plan for a later release that runs from the same builds.
  package var reusingBuilds: DeploymentPlan { mapping(\.reusingBuild) }

  /// The same plan with other plans of its components.
  package func mapping(_ change: (ComponentPlan) throws -> ComponentPlan) rethrows -> DeploymentPlan {
    var plan = self
    (plan.first, plan.others) = (try change(first), try others.map(change))
    plan.shareProcesses()
    return plan
  }
}
