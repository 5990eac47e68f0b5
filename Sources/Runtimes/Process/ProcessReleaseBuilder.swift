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
    do {
      try folder.prepareDependencies(of: plan.app)
      return try await processBuild(of: plan, context: context).run(receive: receive)
    } catch let error as CocoaError {
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
      allDependencies: folder.dependencies(of: plan.app), user: user(of: plan), members: buildMembers(of: plan),
      program: program,
      commands: commands)
  }

  package func removeBuild(of plan: ComponentPlan) async throws {
    let release = release(plan)
    let members = buildMembers(of: plan)
    try ensureEnded(await members.killAll(), of: plan)
    await members.group?.remove()
    let files = AppFiles(commands: commands, user: user(of: plan))
    for path in [release.path, release.dependenciesLink] { try await files.remove(path) }
    try await Dependencies.removeUnused(of: plan.app, in: folder, files: files)
  }

  package func buildFolder() async -> String? { folder.path }

  package func buildSize(of plan: ComponentPlan) async throws -> Int {
    try await blocking { [path = release(plan).path] in DiskSpace.used(by: path) }
  }

  // Builds trust whom this machine trusts.
  package func trustedCertificates(of plan: ComponentPlan) async throws -> String? { nil }
}
