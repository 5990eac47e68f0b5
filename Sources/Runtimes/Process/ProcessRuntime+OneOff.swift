import Foundation
import Glibc
import OrchestratorModel
import OrchestratorSystem

/// Commands that run once, beside the processes of a release.
extension ProcessRuntime {
  package func run(_ command: OneOffCommand, receive: @Sendable (String) async -> Void) async throws -> Int {
    let workload = command.plan.workload(1)
    try ensureSameUser(workload)
    let release = ReleaseFolder(command, in: folder)
    let files = AppFiles(commands: commands, user: user(of: command.plan))
    let group = ControlGroup(command.name, of: folder.path)
    let started = try started(command, in: release, group: group)
    let status = await Result(catching: {
      try await files.makeFolder(release.temporary)
      return try await commands.run(started, receive: receive)
    })
    // What it left running ends with it, where root runs it.
    await uncancelled {
      _ = await group?.remove()
      try? await files.remove(release.temporary)
    }
    return try status.get()
  }

  private func started(_ command: OneOffCommand, in release: ReleaseFolder, group: ControlGroup?) throws -> Command {
    let workload = command.plan.workload(1)
    let values = release.values(with: try Dependencies(of: release), plan: command.plan)
    let confined = try sandbox(of: workload, on: workload.stack.internalPorts.first)
      .command(inRunFolder(of: command.plan, command.words))
    var environment = environment(of: workload, in: release, filledWith: values)
    // By that the removal of the release finds what is left of it.
    environment[ProcessTree.buildMark] = release.path
    var started = Command(
      GroupEntry.command(confined, enteringIfPossible: group, by: program), onlyWith: environment,
      in: release.source)
    started.family = .ofCommand(by: user(of: command.plan).id ?? geteuid(), group: group)
    return started
  }

  /// Ends the commands of a release's component.
  func endCommands(of plan: ComponentPlan) async throws {
    for name in ControlGroup.names(of: folder.path) where name.hasPrefix(OneOffCommand.prefix(of: plan)) {
      guard let group = ControlGroup(name, of: folder.path), await !group.remove() else { continue }
      throw OrchestratorError(
        .runtimeFailed, "a command of \(plan.title) could not be ended: \(name)",
        hint: "end its processes, then try again")
    }
  }

  /// The processes of all commands for which a process waits.
  var commandsInUse: Set<Int> {
    let names = ControlGroup.names(of: folder.path).filter(OneOffCommand.isInUse)
    return Set(names.compactMap { ControlGroup($0, of: folder.path) }.flatMap(\.processes))
  }
}
