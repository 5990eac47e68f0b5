import Foundation
import Glibc
package import OrchestratorDockerEngine
package import OrchestratorModel
package import OrchestratorSystem

/// nginx in a container, on the host's own network, as a user without privileges: every port it listens on is above 1024.
package struct NginxContainer: NginxHost {
  package let client: DockerClient
  package let commands: any CommandRunner
  package let image: String
  /// The name of the container.
  package let name: String
  package let namespace: String
  /// The folder with everything that nginx reads and writes.
  package let folder: String
  package let newUser: NginxUser

  package init(
    client: DockerClient, commands: any CommandRunner, image: String, name: String, namespace: String, folder: String,
    newUser: NginxUser
  ) {
    (self.client, self.commands, self.image) = (client, commands, image)
    (self.name, self.namespace, self.folder) = (name, namespace, folder)
    self.newUser = newUser
  }

  package var runtime: RuntimeName { .docker }

  /// A path of its own: that of the host may lead through folders that nginx's user must not enter, such as root's home.
  package var visibleFolder: String { "/orchestrator/proxy" }

  private static let homeLabel = "orchestrator.proxy"

  package func presentUser() async throws -> NginxUser? { try await container()?.Config.User.flatMap(NginxUser.init) }

  /// Docker gives it what Docker has; that is seen when it runs.
  package func openFiles() async throws -> Int? {
    guard let state = try await container()?.State, state.Status == "running" else { return Sandbox.mostOpenFiles }
    return OpenFiles.most(of: state.Pid)
  }

  // That Docker answers is known from the question whether it runs there; its image is pulled when it is missing.
  package func checkAvailable() async throws {}

  package func exists() async throws -> Bool { try await container() != nil }

  /// One that cannot start is started again and again: until it has workers it takes no requests.
  package func isRunning() async throws -> Bool {
    guard let state = try await container()?.State, state.Status == "running" else { return false }
    if let start = Date(timestamp: state.StartedAt), Date().timeIntervalSince(start) > 5 { return true }
    return try await !workersOfRunning().active.isEmpty
  }

  package func version() async throws -> String { try await runNginx(["-v"]).output }

  package func start(configuration path: String) async throws {
    try await stop()
    try ProxyFolder(path: folder).give(to: newUser)
    try await pullImageIfMissing()
    // Docker takes whatever was sent a signal, such as that to reload, for stopped by hand, and a signal for the one to stop where it
    // knows no other (moby, daemon/kill.go): it would not be started again when it died.
    var request = request(["-c", path, "-g", "daemon off;"], as: newUser, restart: .always)
    request.StopSignal = "SIGQUIT"
    let id = try await client.createContainer(named: name, request)
    try await client.startContainer(id)
  }

  package func reload() async throws { try await client.signalContainer(name, "HUP") }

  package func reopenLogs() async throws { try await client.signalContainer(name, "USR1") }

  package func stop() async throws {
    guard let found = try await container() else { return }
    try await client.removeContainer(found.Id)
  }

  // Docker itself starts a container again that is to run.
  package func repair() async throws -> Bool { false }

  package func validationError(for path: String, usingRunning: Bool) async throws -> String? {
    let arguments = ["-t", "-q", "-c", path]
    let result = usingRunning ? try await runNginx(arguments) : try await runOnce(arguments)
    return result.status == 0 ? nil : result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  package func workers() async throws -> NginxWorkers {
    try await container()?.State.Status == "running" ? workersOfRunning() : NginxWorkers()
  }

  private func workersOfRunning() async throws -> NginxWorkers {
    guard let table = try await nilIfEnded({ try await client.processes(of: name) }) else { return NginxWorkers() }
    let column = table.Titles.firstIndex(of: "PID") ?? 1
    return (table.Processes ?? []).reduce(into: NginxWorkers()) { workers, row in
      guard let title = row.last, let id = Int(row[column]) else { return }
      workers.note(title: title, id: id)
    }
  }

  package func lastOutput() async throws -> [String] {
    var lines: [String] = []
    _ = try await nilIfNotFound {
      try await client.containerLines(name, tail: 10, follow: false) { lines.append($0) }
    }
    return lines
  }

  /// Runs nginx once: in its own container while that runs, else in one that is gone afterwards.
  private func runNginx(_ arguments: [String]) async throws -> (status: Int, output: String) {
    guard try await isRunning(),
      let inside = try await nilIfEnded({
        try await client.execute(["nginx"] + arguments, in: name, as: try await user().description)
      }),
      // With any other status than these it did not end by itself, but as its container did.
      [0, 1].contains(inside.status)
    else { return try await runOnce(arguments) }
    return inside
  }

  /// Runs `work` on the container, which was seen to run; nil when it has ended since.
  private func nilIfEnded<Value>(_ work: () async throws -> Value) async throws -> Value? {
    do {
      return try await work()
    } catch let refusal as DockerClient.Refusal where refusal.isNotFound || refusal.isConflict {
      return nil
    }
  }

  /// Runs nginx in a container of its own, which is gone afterwards also when we are interrupted.
  private func runOnce(_ arguments: [String]) async throws -> (status: Int, output: String) {
    try await pullImageIfMissing()
    let once = "\(name)-check"
    var request = request(arguments, as: try await user(), restart: .never)
    // Left over, it is garbage.
    request.Labels.merge(labels.container(named: once)) { own, _ in own }
    return try await OneOffContainer(client: client, name: once, request: request)
      .run { try refuseForeign($0, named: once) }
  }

  private func request(
    _ arguments: [String], as user: NginxUser, restart: ContainerRequest.Restart
  ) -> ContainerRequest {
    ContainerRequest(
      Image: image, Entrypoint: [], Cmd: ["nginx", "-e", "stderr"] + arguments, User: user.description,
      Labels: [DockerLabels.namespace: namespace, Self.homeLabel: folder].merging(labels.ownInstallation) { $1 },
      HostConfig: .init(
        Binds: ["\(folder):\(visibleFolder)"], NetworkMode: "host", RestartPolicy: restart, Init: false,
        ReadonlyRootfs: true))
  }

  /// The proxy's container, if there is one.
  ///
  /// - Throws: ``OrchestratorError`` with the code `conflict` when the name belongs to something else.
  private func container() async throws -> ContainerDetails? {
    guard let found = try await nilIfNotFound({ try await client.inspectContainer(name) }) else { return nil }
    try refuseForeign(found, named: name)
    return found
  }

  private var labels: DockerLabels { DockerLabels(ownNamespace: namespace, stateFolder: folder.parentFolder) }

  private func refuseForeign(_ found: ContainerDetails, named name: String) throws {
    let owner = found.Config.Labels?[Self.homeLabel]
    if owner == folder, labels.allow(found.Config.Labels) { return }
    throw OrchestratorError(
      .conflict,
      owner.map { "the container \(name.quoted) belongs to another installation, with its files in \($0.quoted)" }
        ?? "a container that is not ours has the name \(name.quoted)",
      hint: "use that installation's state folder with --home, or set another namespace and port offset for this one")
  }

  private func pullImageIfMissing() async throws {
    if try await nilIfNotFound({ try await client.inspectImage(image) }) != nil { return }
    var tail = Tail(limit: 5)
    let pull = Command("docker", ["pull", "--quiet", image], environment: ["DOCKER_HOST": client.address.description])
    guard try await commands.run(pull, receive: { tail.append($0) }) != 0 else { return }
    throw OrchestratorError(
      .proxyFailed, "the image \(image.quoted) for nginx could not be pulled: \(tail.lines.joined(separator: " "))",
      hint: "check the network, or name another image for it with baseImages")
  }
}
