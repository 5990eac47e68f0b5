import Foundation
import Glibc
package import OrchestratorModel
package import OrchestratorPlanning
import OrchestratorSystem

extension ProcessRuntime: ReleaseBuilder {
  package var sourceRules: SourceRules { SourceRules(heedsIgnoreFiles: true) }

  package func check(_ plan: ComponentPlan) async throws {
    let programs = plan.stack.programs(
      for: try SourceFolder(reopening: plan.sourceFolder), variables: plan.variables)
    guard let missing = programs.first(where: { SystemPrograms.path(of: $0) == nil }) else { return }
    throw OrchestratorError(
      .runtimeUnavailable,
      "\(plan.title), an app of the stack '\(plan.stack.name)', needs the program \(missing.quoted), which is not on this machine",
      hint: "install it (looked in \(SystemPrograms.searchPath)), or deploy with --runtime docker")
  }

  package func build(_ plan: ComponentPlan, context: String, receive: (String) async -> Void) async throws -> String {
    try await explaining {
      try folder.prepareDependencies(of: plan.app)
      try folder.prepare(plan.build)
      return try await processBuild(of: plan, context: context).run(receive: receive)
    }
  }

  /// Does `work`, and says what it means when a file could not be written.
  private func explaining(_ work: () async throws -> String) async throws -> String {
    do { return try await work() } catch let error as CocoaError {
      throw error.code == .fileWriteOutOfSpace
        ? .diskFull(while: "preparing the release", error) : folder.unwritable(error)
    }
  }

  package func isBuilt(_ plan: ComponentPlan, context: String, before _: ComponentPlan?) async throws -> Bool {
    try await processBuild(of: plan, context: context).isDone()
  }

  private func processBuild(of plan: ComponentPlan, context: String) throws -> ProcessBuild {
    ProcessBuild(
      plan: plan, source: try SourceFolder(context), release: release(plan),
      build: BuildFolder(plan, in: folder),
      allDependencies: folder.dependencies(of: plan.app), user: user(of: plan), members: buildMembers(of: plan),
      program: program,
      commands: commands)
  }

  private func files(of plan: ComponentPlan) -> AppFiles { AppFiles(commands: commands, user: user(of: plan)) }

  package func hasBuild(of plan: ComponentPlan) async throws -> Bool { BuildFolder(plan, in: folder).isWhole }

  package func reuseBuild(of plan: ComponentPlan) async throws -> String {
    let (build, release, files) = (BuildFolder(plan, in: folder), release(plan), files(of: plan))
    let dependencies = try Dependencies(of: build)
    return try await explaining {
      try await release.prepare(plan, files: files)
      try dependencies.refer(from: release.dependenciesLink)
      try await files.copy(build.source, to: release.source)
      FaultPoint.pass("build copied to its release")
      try await files.giveAway(release.source)
      try await release.sync()
      return "the build of \(plan.build.number)"
    }
  }

  package func removeRelease(of plan: ComponentPlan) async throws {
    let release = release(plan)
    let members = buildMembers(of: plan)
    try ensureEnded(await members.killAll(), of: plan)
    await members.group?.remove()
    try await endCommands(of: plan)
    for path in [release.path, release.dependenciesLink] { try await files(of: plan).remove(path) }
    try await Dependencies.removeUnused(of: plan.app, in: folder, files: files(of: plan))
  }

  package func removeBuild(of plan: ComponentPlan) async throws {
    let path = folder.build(plan.build)
    try await files(of: plan).remove(path)
    // Those above go with the last that was in them.
    if plan.component != nil { rmdir(path.parentFolder) }
    rmdir(folder.builds(of: plan.app))
    try await Dependencies.removeUnused(of: plan.app, in: folder, files: files(of: plan))
  }

  package func buildFolder() async -> String? { folder.path }

  package func buildSize(of plan: ComponentPlan) async throws -> Int {
    // What an earlier version built has no folder of its own.
    let build = BuildFolder(plan, in: folder)
    return try await blocking { [path = build.isWhole ? build.path : release(plan).path] in DiskSpace.used(by: path) }
  }

  // A copy of its build.
  package func releaseSize(of plan: ComponentPlan) async throws -> Int { try await buildSize(of: plan) }

  // Builds trust whom this machine trusts.
  package func trustedCertificates(of plan: ComponentPlan) async throws -> String? { nil }
}
