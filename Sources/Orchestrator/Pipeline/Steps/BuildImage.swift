import Foundation
import OrchestratorModel
import OrchestratorPlanning
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// Builds from a copy of the source, or has the release run from what was built before; the output is kept with the release.
struct BuildImage: Step {
  let plan: ComponentPlan
  let runtime: any ReleaseBuilder
  let folder: StateFolder
  let slots: BuildSlots
  let diskPreflight: DiskPreflight
  var commands: any CommandRunner = ChildProcessRunner()
  let report: EventSink

  var id: DeploymentStep { plan.step(.buildImage) }

  func run() async throws -> String {
    try folder.prepareComponent(plan)
    guard plan.hasOwnBuild else { return try await runtime.reuseBuild(of: plan) }
    do {
      try await copySource()
      return try await slots.holding(plan, isNeeded: isBuildNeeded, report: report) { hasWaited in
        // Those who came before may have used what was left of the disk.
        if hasWaited { try await diskPreflight.ensureRoom(for: [plan], isCopied: true) }
        return try await build()
      }
    } catch let error as CocoaError {
      throw Self.copyFailure(error)
    }
  }

  private var context: BuildContext { BuildContext(of: plan, in: folder) }

  private func copySource() async throws {
    try context.remove()
    try makePrivateContext()
    let snapshot = try await SourceSnapshot.of(
      plan, by: runtime.sourceRules, leavingOut: folder.path, commands: commands, report: report)
    let changed = try await blocking { [path = context.path] in try await snapshot.copy(to: path) }
    guard !changed.isEmpty else { return }
    let files = changed.shortened.printable
    report(
      .note(
        .sourceChanged, .warning, about: Notice.Subject(plan), "changed while it was copied: \(files)",
        context: ["files": files]))
  }

  /// Others pass through the folder of a release that is to run in it, and could read the source there.
  private func makePrivateContext() throws {
    guard plan.runtime == .process else { return }
    try FileManager.default.createDirectory(
      atPath: context.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// Whether building takes more than to see that it was done before; where that cannot be told it does.
  private func isBuildNeeded() async -> Bool {
    let isBuilt = await Result(catching: {
      let before = try await slots.store.liveRelease(of: plan.app)?.plan.component(replacedBy: plan)
      return try await runtime.isBuilt(plan, context: context.path, before: before)
    })
    return (try? isBuilt.get()) != true
  }

  private func build() async throws -> String {
    let log = try LogFile(folder.buildLog(plan))
    let detail = try await runtime.build(plan, context: context.path) { line in
      log.append(line)
      report(.output(id, line: line))
    }
    try context.remove()
    return detail
  }

  private static func copyFailure(_ error: CocoaError) -> OrchestratorError {
    if error.code == .fileWriteOutOfSpace { return .diskFull(while: "copying the source", error) }
    let path = error.filePath.map { " \($0.quoted)" } ?? ""
    return OrchestratorError(
      .invalidInput, "the source cannot be copied:\(path) \(error.localizedDescription.printable)",
      hint: "check that every file can be read, and that nothing changes the folder meanwhile", underlying: error)
  }

  func detail(of build: String) -> String { build }
}
