import Foundation

/// Builds the release from a copy of the source; the output is kept with the release.
struct BuildImage: Step {
  let plan: ComponentPlan
  let runtime: any WorkloadRuntime
  let folder: StateFolder
  let slots: BuildSlots
  let diskPreflight: DiskPreflight
  var commands: any CommandRunner = ChildProcessRunner()
  let report: EventSink

  var id: DeploymentStep { DeploymentStep(.buildImage, of: plan.component) }

  func run() async throws -> String {
    try await slots.holding(plan, report: report) { hasWaited in
      // Those who came before may have used what was left of the disk.
      if hasWaited { try await diskPreflight.refuseIfFull(for: [plan]) }
      return try await build()
    }
  }

  private func build() async throws -> String {
    let context = folder.buildContext(plan)
    try folder.prepareComponent(plan)
    try removeContext()
    do {
      try await SourceSnapshot.of(
        plan, by: runtime.sourceRules, leavingOut: folder.path, commands: commands, report: report
      ).copy(to: context)
      let log = try LogFile(folder.buildLog(plan))
      let detail = try await runtime.build(plan, context: context) { line in
        log.append(line)
        report(.output(id, line: line))
      }
      try removeContext()
      return detail
    } catch let error as CocoaError {
      throw Self.copyFailure(error)
    }
  }

  private static func copyFailure(_ error: CocoaError) -> OrchestratorError {
    if error.code == .fileWriteOutOfSpace { return .diskFull(while: "copying the source", error) }
    let path = error.filePath.map { " \($0.quoted)" } ?? ""
    return OrchestratorError(
      .invalidInput, "the source cannot be copied:\(path) \(error.localizedDescription.printable)",
      hint: "check that every file can be read, and that nothing changes the folder meanwhile", underlying: error)
  }

  func undo() async throws {
    try await slots.store.leaveBuildQueue(plan)
    try await runtime.removeBuild(of: plan)
    try removeContext()
  }

  func detail(of build: String) -> String { build }

  private func removeContext() throws {
    let context = folder.buildContext(plan)
    for path in [context, context + ".Dockerfile"] where FileManager.default.fileExists(atPath: path) {
      try FileManager.default.removeItem(atPath: path)
      FaultPoint.pass("copy of the source removed")
    }
  }
}
