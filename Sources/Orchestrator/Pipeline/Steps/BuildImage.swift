import Foundation

/// Builds the release from a copy of the source; the output is kept with the release.
struct BuildImage: Step {
  let plan: ComponentPlan
  let runtime: any WorkloadRuntime
  let folder: StateFolder
  let slots: BuildSlots
  var commands: any CommandRunner = ChildProcessRunner()
  let report: EventSink

  var id: DeploymentStep { DeploymentStep(.buildImage, of: plan.component) }

  func run() async throws -> String { try await slots.holding(plan, report: report) { try await build() } }

  private func build() async throws -> String {
    let context = folder.buildContext(plan)
    try folder.prepareComponent(plan)
    try removeContext()
    do {
      try await snapshot().copy(to: context)
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

  /// The source by the rules of the runtime; what only git leaves out is said, as it may be missed.
  private func snapshot() async throws -> SourceSnapshot {
    let source = try SourceFolder(plan.sourceFolder)
    var snapshot = SourceSnapshot(of: source, ignoring: plan.stack.build.ignore, leavingOut: folder.path)
    snapshot.refusesLinksOutside = runtime.sourceRules.refusesLinksOutside
    guard runtime.sourceRules.heedsIgnoreFiles else { return snapshot }
    snapshot.dockerIgnore = source.text(of: ".dockerignore").map(DockerIgnore.init)
    let git = try await GitIgnore.of(source, commands: commands)
    if let problem = git.problem { report(.note(problem)) }
    snapshot.ignoredPaths = git.paths
    let missed = snapshot.leftOutOnly(by: git.paths)
    if !missed.isEmpty {
      let more = missed.count > 4 ? " and \(missed.count - 4) more" : ""
      report(.note("left out, as git ignores it: \(missed.prefix(4).joined(separator: ", ").printable)\(more)"))
    }
    return snapshot
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
