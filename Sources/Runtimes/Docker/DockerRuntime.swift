import Foundation
package import OrchestratorDockerEngine
package import OrchestratorModel
package import OrchestratorPlanning
package import OrchestratorSystem

/// Runs each release in a container of its own, built from the Dockerfile that its stack describes.
package struct DockerRuntime: WorkloadRuntime {
  package let client: DockerClient
  package let labels: DockerLabels
  package let network: ContainerNetwork
  /// The number of the first user that apps get.
  package let firstUser: Int
  package let commands: any CommandRunner
  package let folder: StateFolder

  /// How many lines of a container's output are kept when it is gone.
  private static let savedLines = 10_000

  package var sourceRules: SourceRules { SourceRules(heedsIgnoreFiles: false) }

  /// - Parameter addresses: those of the network of all containers; nil leaves the choice to Docker.
  package init(
    client: DockerClient, namespace: String, firstUser: Int, addresses: AddressRange?, commands: any CommandRunner,
    folder: StateFolder
  ) {
    self.client = client
    labels = DockerLabels(ownNamespace: namespace, stateFolder: folder.path)
    network = ContainerNetwork(client: client, labels: labels, range: addresses, lock: folder.networkLock)
    self.firstUser = firstUser
    self.commands = commands
    self.folder = folder
  }

  package func checkAvailable() async throws { try await client.ping() }

  package func build(_ plan: ComponentPlan, context: String, receive: (String) async -> Void) async throws -> String {
    try await imageBuild(of: plan, context: context).run(receive: receive)
    return "image \(plan.image)"
  }

  package func isBuilt(_ plan: ComponentPlan, context: String, before: ComponentPlan?) async throws -> Bool {
    guard let before, let image = try await nilIfNotFound({ try await client.inspectImage(before.image) }),
      let inputs = image.Config?.Labels?[DockerLabels.inputs]
    else { return false }
    // Docker has all of it in its cache.
    return try await imageBuild(of: plan, context: context).inputs() == inputs
  }

  private func imageBuild(of plan: ComponentPlan, context: String) async throws -> ImageBuild {
    var bases: [String] = []
    for name in [plan.baseImage, plan.runBaseImage].compactMap(\.self) {
      bases.append(try await nilIfNotFound { try await client.inspectImage(name) }?.Id ?? "")
    }
    return ImageBuild(
      plan: plan, context: context, user: plan.containerUser(first: firstUser), labels: labels, docker: client.address,
      commands: commands, bases: bases)
  }

  package func removeBuild(of plan: ComponentPlan) async throws {
    // A client that outlived the one who built would still have the image made.
    await ProcessTree.ofBuild(in: folder.buildContext(plan)).killAll()
    guard let found = try await nilIfNotFound({ try await client.inspectImage(plan.image) }),
      labels.ownsImage(found.Config?.Labels)
    else { return }
    try await removeImage(plan.image)
  }

  package func buildFolder() async -> String? {
    // One that is reached over the network has its disk elsewhere.
    guard case .unixSocket = client.address.endpoint else { return nil }
    return try? await client.info().DockerRootDir
  }

  package func buildSize(of plan: ComponentPlan) async throws -> Int {
    let image = try await nilIfNotFound { try await client.inspectImage(plan.image) }?.Size ?? 0
    guard let name = plan.runBaseImage ?? plan.baseImage else { return image }
    let base = try await nilIfNotFound { try await client.inspectImage(name) }?.Size ?? 0
    return max(0, image - base)
  }

  package func trustedCertificates(of plan: ComponentPlan) async throws -> String? {
    // A look must not take what a pull takes.
    guard let image = plan.baseImage, try await nilIfNotFound({ try await client.inspectImage(image) }) != nil else {
      return nil
    }
    let name = "\(labels.ownNamespace)-look"
    let container = OneOffContainer(
      client: client, name: name,
      request: ContainerRequest(
        Image: image, Entrypoint: [], Cmd: ["cat"] + Self.certificateFiles, Labels: labels.container(named: name),
        HostConfig: .init(NetworkMode: "none", RestartPolicy: .never)))
    do {
      return try await container.run { found in
        guard labels.ownsContainer(name, found.Config.Labels) else { throw foreign(name) }
      }.output
    } catch is DockerClient.Refusal {
      // An image that has nothing but one program cannot be asked.
      return nil
    }
  }

  /// Where Debian and Alpine keep whom they trust, and Red Hat.
  private static let certificateFiles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]

  private func removeImage(_ image: String) async throws {
    do {
      _ = try await nilIfNotFound { try await client.removeImage(image) }
    } catch let refusal as DockerClient.Refusal where refusal.isConflict {
      throw OrchestratorError(
        .conflict, "the image \(image) is in use by a container that is not ours",
        hint: "remove that container, then the image: docker rmi \(image)", underlying: refusal)
    }
  }

  package func start(_ workload: WorkloadPlan, on port: TCPPort) async throws -> [String] {
    let notes = try await makeRoom(for: workload.name)
    do {
      let objection = try await network.ensure()
      let request = try ContainerRequest.workload(
        workload, on: port, user: workload.plan.containerUser(first: firstUser),
        network: objection == nil ? network.name : nil, labels: labels)
      // Interrupted in the middle, Docker could still make the container after everything was undone.
      try await uncancelled { try await network.start(try await client.createContainer(named: workload.name, request)) }
      // Once for all instances.
      guard let objection, workload.instance == 1 else { return notes }
      return notes + [
        "other containers can reach \(workload.title) around the proxy, as Docker cannot keep them apart: \(objection)"
      ]
    } catch let refusal as DockerClient.Refusal {
      throw refusal.startFailure(of: workload, on: port, in: network)
    }
  }

  package func keepRunning(_ workload: WorkloadPlan) async throws {
    try await client.setRestartPolicy(workload.name, .unlessStopped)
  }

  package func resume(_ workload: WorkloadPlan, on port: TCPPort) async throws -> String? {
    let found = try await ours(workload.name)
    // It may have been made for another port, before a backup was restored.
    let isForAnother = found?.hostPort.map { $0 != port } ?? false
    guard let container = found, !isForAnother else {
      if isForAnother { try await remove(workload) }
      _ = try await start(workload, on: port)
      try await keepRunning(workload)
      return "made its container anew"
    }
    guard WorkloadState(container).phase == .exited || WorkloadState(container).phase == .created else { return nil }
    try await network.start(container.Id)
    return "started its container"
  }

  package func state(of workload: WorkloadPlan) async throws -> WorkloadState? {
    try await ours(workload.name).map(WorkloadState.init)
  }

  package func listeners(of workload: WorkloadPlan, on _: TCPPort) async -> ListenerReport? {
    guard let process = try? await ours(workload.name)?.State.Pid, process > 0,
      let port = try? workload.plan.containerPort()
    else {
      return nil
    }
    guard FileManager.default.isReadableFile(atPath: "/proc/\(process)/net/tcp") else { return nil }
    return ListenerReport(expected: port, listeners: SocketTable.listeners(ofProcess: process))
  }

  package func logs(
    of workload: WorkloadPlan, tail: Int?, follow: Bool, receive: (String) async throws -> Void
  ) async throws {
    _ = try await nilIfNotFound {
      try await client.containerLines(workload.name, tail: tail, follow: follow, receive: receive)
    }
  }

  package func limits(of workload: WorkloadPlan) -> String {
    let limits = workload.stack.limits
    return
      "\(limits.memory >> 20) MiB, \(limits.cpus.formatted()) \(limits.cpus == 1 ? "core" : "cores"), \(limits.pids) processes"
  }

  package func saveLogs(of workload: WorkloadPlan) async {
    guard (try? await ours(workload.name)) ?? nil != nil else { return }
    let path = folder.appLog(workload)
    var log: LogFile?
    try? await logs(of: workload, tail: Self.savedLines, follow: false) { line in
      // One that is being removed says nothing any more; what was saved of it before stays.
      if log == nil { log = try LogFile(path) }
      log?.append(line)
    }
    if log == nil, !FileManager.default.fileExists(atPath: path) { _ = try? LogFile(path) }
  }

  package func ownedResources() async throws -> [OwnedResource] {
    let containers = try await client.listContainers(labelled: labels.filter).compactMap { container in
      container.name.flatMap { belonging(container, named: $0) }
    }
    // Without a name they are what a build, perhaps one that goes on now, has made on its way.
    let images = try await client.listImages(labelled: labels.filter).flatMap { image in
      // Labels pass on to what others tag or build from an image of ours.
      (image.RepoTags ?? []).filter { $0 == labels.imageName(image.Labels) }.map { name in
        OwnedResource(kind: .image, name: name) { try await removeImage(name) }
      }
    }
    guard try await network.unused() != nil else { return containers + images }
    return containers + images
      + [OwnedResource(kind: .network, name: network.name, isOfRelease: false) { try await network.removeIfUnused() }]
  }

  private func belonging(_ container: ContainerSummary, named name: String) -> OwnedResource? {
    guard labels.ownsContainer(name, container.Labels), !OneOffContainer.isInUse(container.Labels) else { return nil }
    return OwnedResource(kind: .container, name: name, isOfRelease: container.Labels?[DockerLabels.app] != nil) {
      try await client.removeContainer(container.Id)
      try await network.removeIfUnused()
    }
  }

  package func isolation() async throws -> Isolation? {
    try await ContainerIsolation(client: client, network: network).look()
  }

  package func remnants() async -> [String] {
    let containers = (try? await client.listContainers(labelled: labels.filter)) ?? []
    return containers.compactMap { container in
      container.name.flatMap { labels.wasMadeHere($0, container.Labels) ? $0 : nil }
    }
  }

  package func remove(_ workload: WorkloadPlan) async throws {
    if let container = try await ours(workload.name) { try await stop(container, of: workload) }
    try await network.removeIfUnused()
  }

  private func stop(_ container: ContainerDetails, of workload: WorkloadPlan) async throws {
    _ = try await nilIfNotFound {
      try await client.stopContainer(container.Id, within: .seconds(300))
      // With what it printed while it stopped.
      await saveLogs(of: workload)
      try await client.removeContainer(container.Id)
    }
  }

  package func undoStart(of workload: WorkloadPlan) async throws {
    if try await ours(workload.name) == nil { try await awaitCreation(of: workload) }
    try await remove(workload)
  }

  /// Docker goes on making a container for whoever was killed meanwhile. It gives the name away before anything else: while nobody else
  /// can have it the container is to come, unless the making fails.
  private func awaitCreation(of workload: WorkloadPlan) async throws {
    let claim = ContainerRequest(
      Image: workload.plan.image, Cmd: ["true"], Labels: labels.container(of: workload),
      HostConfig: .init(RestartPolicy: .never))
    var attempts = 0
    while true {
      attempts += 1
      do {
        return try await client.removeContainer(try await client.createContainer(named: workload.name, claim))
      } catch let refusal as DockerClient.Refusal {
        // Without an image, or room on the disk, there is nothing to wait for either.
        guard refusal.isConflict else { return }
        if try await nilIfNotFound({ try await client.inspectContainer(workload.name) }) != nil { return }
        guard attempts < 300 else { throw refusal }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// The container of that name if it is ours.
  private func ours(_ name: String) async throws -> ContainerDetails? {
    guard let found = try await nilIfNotFound({ try await client.inspectContainer(name) }) else { return nil }
    return labels.ownsContainer(name, found.Config.Labels) ? found : nil
  }

  /// Removes what an interrupted deployment left under the name that is needed.
  private func makeRoom(for name: String) async throws -> [String] {
    guard let found = try await nilIfNotFound({ try await client.inspectContainer(name) }) else { return [] }
    guard labels.ownsContainer(name, found.Config.Labels) else {
      throw foreign(name)
    }
    try await client.removeContainer(found.Id)
    return ["removed the container \(name), left over from an interrupted deployment"]
  }

  private func foreign(_ name: String) -> OrchestratorError {
    OrchestratorError(
      .conflict, "a container that is not ours has the name \(name.quoted)",
      hint: "rename or remove it: docker rm \(name)")
  }
}
