package import OrchestratorModel
package import OrchestratorDockerEngine
import OrchestratorPlanning

extension ContainerRequest {
  /// The container of a workload: reachable from this machine only, without privileges, within its limits.
  ///
  /// - Parameters:
  ///   - user: the user and the group, in numbers; nil leaves the choice to the image.
  ///   - network: the network that it has; nil means Docker's usual one.
  package static func workload(
    _ workload: WorkloadPlan, on port: TCPPort, user: String?, network: String?, labels: DockerLabels
  ) throws -> ContainerRequest {
    let inside = try workload.plan.containerPort()
    let limits = workload.stack.limits
    let host = HostSettings(
      PortBindings: ["\(inside)/tcp": [PortBinding(HostIp: "127.0.0.1", HostPort: port.description)]],
      NetworkMode: network, RestartPolicy: .never, Memory: limits.memory, MemorySwap: limits.memory,
      NanoCpus: Int(limits.cpus * 1e9),
      PidsLimit: limits.pids)
    let values = workload.variables.merging(Dockerfile.places) { _, place in place }
      .merging(["host": "0.0.0.0", "port": inside.description]) { _, place in place }
    let command = workload.plan.command(filledWith: values, servingBy: Dockerfile.serverConfiguration)
    return ContainerRequest(
      Image: workload.image,
      Entrypoint: command.isEmpty ? nil : [],
      Cmd: command.isEmpty ? nil : command,
      Env: variables(of: workload, filledWith: values),
      User: user,
      WorkingDir: workload.stack.build.bringsDockerfile || workload.stack.run.serve != nil
        ? nil : workingFolder(workload.plan),
      Labels: labels.container(of: workload),
      ExposedPorts: ["\(inside)/tcp": [:]],
      StopSignal: workload.stack.stop.signal,
      StopTimeout: Int(workload.stack.stop.grace.seconds.rounded(.up)),
      HostConfig: host)
  }

  /// The container of a command that runs once: as that of a workload, without its port.
  static func oneOff(
    _ command: OneOffCommand, user: String?, network: String?, labels: DockerLabels
  ) throws -> ContainerRequest {
    let workload = command.plan.workload(1)
    var request = try ContainerRequest.workload(
      workload, on: workload.stack.internalPorts.first, user: user, network: network, labels: labels)
    (request.Entrypoint, request.Cmd, request.Labels) = ([], command.words, labels.oneOff(named: command.name))
    (request.HostConfig.PortBindings, request.ExposedPorts) = ([:], [:])
    let values = workload.variables.merging(Dockerfile.places) { _, place in place }
    request.Env = variables(of: workload, filledWith: values)
    return request
  }

  private static func variables(of workload: WorkloadPlan, filledWith values: [String: String]) -> [String] {
    workload.environment(filledWith: values, home: "/tmp").map { "\($0.key)=\($0.value)" }.sorted()
  }

  private static func workingFolder(_ plan: ComponentPlan) -> String {
    let source = Dockerfile.places["source"] ?? "/"
    return plan.runFolder == "." ? source : "\(source)/\(plan.runFolder)"
  }
}

extension ComponentPlan {
  /// The user and the group inside a container, in numbers; nil leaves the choice to the image.
  ///
  /// - Parameter first: the number of the first user that apps get.
  package func containerUser(first: Int) -> String? {
    switch stack.run.user {
    case .app?:
      let number = AppUser.number(of: appNumber ?? 0, first: first)
      return "\(number):\(number)"
    case .numbers(let text)?: return text
    case nil: return nil
    }
  }

  /// The server of the pages inside the container, if they are served.
  func containerStaticSite() throws -> StaticSiteServer? {
    try stack.run.serve.map { serve in
      StaticSiteServer(
        serve: serve, folder: Dockerfile.pages, host: "0.0.0.0", port: try containerPort(), temporaryFolder: "/tmp")
    }
  }
}

extension WorkloadPlan {
  /// The environment of the workload: what every app is told, and what its stack adds.
  package func environment(filledWith values: [String: String], home: String) -> [String: String] {
    let address = ["HOST": values["host"], "PORT": values["port"]].compactMapValues(\.self)
    let standard = [
      "HOME": home, "ORCHESTRATOR_APP": plan.app.description,
      "ORCHESTRATOR_RELEASE": plan.release.description, "ORCHESTRATOR_STACK": plan.stack.name.description,
      "ORCHESTRATOR_URL": plan.url, "ORCHESTRATOR_INSTANCE": instance.description,
    ]
    return address.merging(standard) { _, own in own }
      .merging(plan.stack.run.env.filled(with: values)) { _, own in own }
  }
}
