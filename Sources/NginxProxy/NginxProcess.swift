import Foundation
import Glibc
package import OrchestratorModel
package import OrchestratorSystem

/// nginx as a process of this machine, supervised as an app is, with all that it reads and writes in the proxy's folder.
package struct NginxProcess: NginxHost {
  /// The process, outside the proxy's folder, which can be thrown away and made again.
  package let process: SupervisedProcess
  package let commands: any CommandRunner
  package let folder: ProxyFolder
  package let newUser: NginxUser

  package init(process: SupervisedProcess, commands: any CommandRunner, folder: ProxyFolder, newUser: NginxUser) {
    (self.process, self.commands, self.folder) = (process, commands, folder)
    self.newUser = newUser
  }

  package var runtime: RuntimeName { .process }

  package var visibleFolder: String { folder.path }

  // nginx is started by a command that says as whom.
  package func presentUser() async throws -> NginxUser? {
    guard let command = process.specification()?.command else { return nil }
    let number = command.lazy.compactMap { $0.wholeMatch(of: /--reuid=(\d+)/) }.first.flatMap { UInt32($0.1) }
    return number.map(NginxUser.init) ?? newUser
  }

  package func openFiles() async throws -> Int? {
    guard let master = process.record()?.process, master.isAlive else { return Sandbox.mostOpenFiles }
    return OpenFiles.most(of: master.id)
  }

  package func checkAvailable() async throws {
    _ = try confined([], as: newUser)
    try StateFolder(folder.path).ensureReachable(from: "nginx's own user")
  }

  package func exists() async throws -> Bool { process.specification() != nil }

  /// One that cannot have its ports tries for a while before it ends; until it has workers it takes no requests.
  package func isRunning() async throws -> Bool {
    guard await process.condition()?.condition == .running else { return false }
    return try await !workers().active.isEmpty
  }

  package func version() async throws -> String { try await runOnce(["-v"]).output.joined(separator: "\n") }

  package func start(configuration path: String) async throws {
    try await stop()
    try folder.give(to: newUser)
    let command = try confined(["-c", path, "-g", "daemon off;"], as: newUser)
    let specification = ProcessSpecification(
      command: command, environment: environment, folder: folder.run, log: outputLog, stopSignal: "SIGTERM",
      grace: .seconds(5), nginxConfiguration: path)
    try await process.start(specification, kept: true)
  }

  package func reload() async throws {
    signalMaster(SIGHUP)
    FaultPoint.pass("nginx told to reload")
  }

  package func reopenLogs() async throws { signalMaster(SIGUSR1) }

  private func signalMaster(_ signal: Int32) {
    guard let master = process.record()?.process, master.isAlive else { return }
    kill(pid_t(master.id), signal)
  }

  package func stop() async throws { try await process.remove() }

  package func repair() async throws -> Bool { try await process.ensureSupervised() }

  package func validationError(for path: String, usingRunning: Bool) async throws -> String? {
    let result = try await runOnce(["-t", "-q", "-c", path])
    return result.status == 0 ? nil : result.output.joined(separator: "\n")
  }

  package func workers() async throws -> NginxWorkers {
    guard let master = process.record()?.process, master.isAlive else { return NginxWorkers() }
    return NginxWorkers(of: master.id)
  }

  package func lastOutput() async throws -> [String] { RotatedLog(outputLog).lines(last: 10) ?? [] }

  /// Beside the folder of logs that nginx writes itself, which is its user's: what the supervisor opens must not be a link of theirs.
  private var outputLog: String { folder.path + "/nginx.log" }

  private var environment: [String: String] { ["PATH": SystemPrograms.searchPath] }

  private func runOnce(_ arguments: [String]) async throws -> (status: Int, output: [String]) {
    var output: [String] = []
    let command = Command(try confined(arguments, as: try await user()), onlyWith: environment, in: "/")
    let status = try await commands.run(command) { output.append($0) }
    return (status, output)
  }

  /// nginx as a user of its own, with what it has to say on its output.
  private func confined(_ arguments: [String], as user: NginxUser) throws -> [String] {
    guard let nginx = Self.program else {
      throw OrchestratorError(
        .proxyFailed, "nginx is not installed on this machine",
        hint: "install it (on Debian and Ubuntu: apt-get install nginx), or start Docker and run it there")
    }
    return try Sandbox(user: user.isOurselves ? nil : user.id, openFiles: Sandbox.mostOpenFiles).command(
      [nginx, "-e", "stderr"] + arguments)
  }

  /// Where nginx is installed.
  package static var program: String? { SystemPrograms.path(of: "nginx") }
}
