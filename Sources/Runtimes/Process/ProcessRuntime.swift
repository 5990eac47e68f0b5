import Foundation
import Glibc
package import OrchestratorModel
import OrchestratorPlanning
package import OrchestratorSystem

/// Runs each release as a process of this machine, with a supervisor of its own.
package struct ProcessRuntime: Sendable {
  package let folder: StateFolder
  /// The program `orchestrator`, which supervises.
  package let program: String
  /// The number of the first user that root gives to apps.
  package let firstUser: Int
  package let commands: any CommandRunner

  package init(folder: StateFolder, program: String, firstUser: Int, commands: any CommandRunner) {
    (self.folder, self.program, self.firstUser) = (folder, program, firstUser)
    self.commands = commands
  }
}

extension ProcessRuntime {
  func process(of workload: WorkloadPlan) -> SupervisedProcess {
    SupervisedProcess(folder: folder.process(workload.name), program: program, user: user(of: workload.plan).id)
  }

  /// All that building the component starts.
  func buildMembers(of plan: ComponentPlan) -> ProcessTree {
    .ofBuild(
      in: release(plan).path, by: user(of: plan).id ?? geteuid(),
      group: ControlGroup(plan.name + Self.buildGroupSuffix, of: folder.path))
  }

  /// What no name of a workload ends with.
  static let buildGroupSuffix = "+build"

  func release(_ plan: ComponentPlan) -> ReleaseFolder { ReleaseFolder(plan, in: folder) }

  func release(_ workload: WorkloadPlan) -> ReleaseFolder {
    ReleaseFolder(workload.plan, instance: workload.instance, in: folder)
  }

  func user(of plan: ComponentPlan) -> AppUser { AppUser(of: plan, first: firstUser) }

  /// What the supervisor of the release is to start.
  package func specification(of workload: WorkloadPlan, on port: TCPPort) throws -> ProcessSpecification {
    let release = release(workload)
    let values = release.values(with: try Dependencies(of: release), plan: workload.plan)
      .merging(["host": "127.0.0.1", "port": port.description]) { _, own in own }
    return ProcessSpecification(
      command: try sandbox(of: workload, on: port).command(
        inRunFolder(
          of: workload.plan, workload.plan.command(filledWith: values, servingBy: release.serverConfiguration))
      ),
      environment: environment(of: workload, in: release, filledWith: values),
      folder: release.source,
      log: folder.appLog(workload), logOwner: user(of: workload.plan).id,
      stopSignal: workload.stack.stop.signal, grace: workload.stack.stop.grace, port: port,
      nginxConfiguration: workload.stack.run.serve.map { _ in release.serverConfiguration })
  }

  /// `words` as a command that is run in a release's source, and goes to where the app starts with the app's own rights: the app can put a
  /// link there.
  func inRunFolder(of plan: ComponentPlan, _ words: [String]) throws -> [String] {
    plan.runFolder == "." ? words : try Sandbox.command(words, in: plan.runFolder)
  }

  /// The environment of what runs in a release.
  func environment(
    of workload: WorkloadPlan, in release: ReleaseFolder, filledWith values: [String: String]
  ) -> [String: String] {
    // As in a container, the build's environment is the app's as well, unless only what was built is put where it runs.
    let building = workload.runBaseImage == nil ? workload.plan.buildVariables(filledWith: values) : [:]
    return ProcessEnvironment.app(release).merging(building) { _, own in own }
      .merging(workload.environment(filledWith: values, home: release.home)) { _, own in own }
  }

  /// Writes the configuration of what serves the pages, which names the port, and starts with it.
  func launch(_ workload: WorkloadPlan, on port: TCPPort, kept: Bool = false) async throws {
    let release = release(workload)
    // It went when the release was stopped before.
    if !FileManager.default.isThere(release.temporary) {
      try await AppFiles(commands: commands, user: user(of: workload.plan)).makeFolder(release.temporary)
    }
    if let serve = workload.stack.run.serve, let pages = workload.pagesFolder {
      let server = StaticSiteServer(
        serve: serve, folder: "\(release.source)/\(pages)", host: "127.0.0.1", port: port,
        temporaryFolder: release.temporary)
      try server.configuration.writeReadable(to: release.serverConfiguration)
    }
    try await process(of: workload).start(try specification(of: workload, on: port), kept: kept)
  }

  /// The limits of the stack, as far as a process can have them.
  func sandbox(of workload: WorkloadPlan, on port: TCPPort) -> Sandbox {
    let limits = workload.stack.limits
    let user = user(of: workload.plan).id
    return Sandbox(
      user: user, memory: limits.memory,
      // The system counts all processes of a user: those of a whole login where we are not root, and in a deployment those of all
      // components of two releases.
      processes: user == nil ? nil : (workload.appProcesses ?? limits.pids) * 2,
      cores: Sandbox.cores(
        Int(limits.cpus.rounded(.up)), of: Sandbox.ownCores, beginningAt: Int(port.number)))
  }

  /// Makes sure that the files of a release belong to the user that it runs as: they keep the number that it was built with.
  func ensureSameUser(_ workload: WorkloadPlan) throws {
    let facts = try? FileManager.default.attributesOfItem(atPath: release(workload).source)
    guard let user = user(of: workload.plan).id, let owner = (facts?[.ownerAccountID] as? NSNumber)?.uint32Value,
      owner != user
    else { return }
    throw OrchestratorError(
      .conflict,
      "\(workload.label) is left as it is: its files belong to the user \(owner), and it would run as \(user) now, as the setting firstUser is not what it was",
      hint: "set firstUser as it was, in settings.yaml or ORCHESTRATOR_FIRST_USER; or deploy the app again")
  }

  /// Another program that sits on the port would get the app's requests.
  func ensureFree(_ port: TCPPort, for workload: WorkloadPlan) throws {
    guard !PortProbe.isFree(port) else { return }
    let owner = PortOwner.words(for: port)
    throw OrchestratorError(
      .startFailed, "port \(port) on 127.0.0.1, which \(workload.title) was given, is in use by \(owner)",
      hint: "deploy again: another port will be chosen")
  }

  func ensureEnded(_ processes: [ProcessEntry], of plan: ComponentPlan) throws {
    guard !processes.isEmpty else { return }
    throw ProcessTree.failure(processes, "the build of \(plan.title)")
  }
}
