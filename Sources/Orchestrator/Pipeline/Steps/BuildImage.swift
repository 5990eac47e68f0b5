import Foundation

/// Builds the release's image from a copy of the source; the output is kept with the release.
struct BuildImage: Step {
  let plan: DeploymentPlan
  let runtime: any WorkloadRuntime
  let folder: StateFolder
  let report: EventSink

  var name: StepName { .buildImage }

  func run() async throws {
    let context = folder.buildContext(plan.app, plan.release)
    try folder.prepareRelease(plan.app, plan.release)
    try removeContext()
    do {
      try SourceSnapshot(
        of: SourceFolder(plan.sourceFolder), ignoring: plan.stack.build.ignore, leavingOut: folder.path
      ).copy(to: context)
      let log = try LogFile(folder.buildLog(plan.app, plan.release))
      try await runtime.build(plan, context: context) { line in
        log.append(line)
        report(.output(name, line: line))
      }
    } catch let error as CocoaError {
      throw Self.copyFailure(error)
    }
    try removeContext()
  }

  private static func copyFailure(_ error: CocoaError) -> OrchestratorError {
    if error.code == .fileWriteOutOfSpace { return .diskFull(while: "copying the source", error) }
    let path = error.filePath.map { " \($0.quoted)" } ?? ""
    return OrchestratorError(
      .invalidInput, "the source cannot be copied:\(path) \(error.localizedDescription.printable)",
      hint: "check that every file can be read, and that nothing changes the folder meanwhile", underlying: error)
  }

  func undo() async throws {
    try await runtime.removeImage(plan.image)
    try removeContext()
  }

  func detail(of output: Void) -> String { "image \(plan.image)" }

  private func removeContext() throws {
    let context = folder.buildContext(plan.app, plan.release)
    for path in [context, context + ".Dockerfile"] where FileManager.default.fileExists(atPath: path) {
      try FileManager.default.removeItem(atPath: path)
    }
  }
}
