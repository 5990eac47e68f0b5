extension ContainerRequest {
  /// The container of a release: reachable from this machine only, without privileges, within its limits.
  static func workload(_ plan: ComponentPlan, on port: TCPPort, labels: DockerLabels) throws -> ContainerRequest {
    let inside = try plan.containerPort()
    let limits = plan.stack.limits
    let host = HostSettings(
      PortBindings: ["\(inside)/tcp": [PortBinding(HostIp: "127.0.0.1", HostPort: port.description)]],
      RestartPolicy: .never, Memory: limits.memory, MemorySwap: limits.memory, NanoCpus: Int(limits.cpus * 1e9),
      PidsLimit: limits.pids)
    let values = plan.variables.merging(Dockerfile.places) { _, place in place }
      .merging(["host": "0.0.0.0", "port": inside.description]) { _, place in place }
    let command = plan.command(filledWith: values, servingBy: Dockerfile.serverConfiguration)
    return ContainerRequest(
      Image: plan.image,
      Entrypoint: command.isEmpty ? nil : [],
      Cmd: command.isEmpty ? nil : command,
      Env: plan.environment(filledWith: values, home: "/tmp").map { "\($0.key)=\($0.value)" }.sorted(),
      User: plan.stack.run.user,
      WorkingDir: plan.stack.build.bringsDockerfile || plan.stack.run.serve != nil ? nil : workingFolder(plan),
      Labels: labels.container(of: plan),
      ExposedPorts: ["\(inside)/tcp": [:]],
      StopSignal: plan.stack.stop.signal,
      StopTimeout: Int(plan.stack.stop.grace.seconds.rounded(.up)),
      HostConfig: host)
  }

  private static func workingFolder(_ plan: ComponentPlan) -> String {
    let source = Dockerfile.places["source"] ?? "/"
    return plan.runFolder == "." ? source : "\(source)/\(plan.runFolder)"
  }
}

extension ComponentPlan {
  /// The server of the pages inside the container, if they are served.
  func containerPageServer() throws -> PageServer? {
    try stack.run.serve.map { serve in
      PageServer(
        serve: serve, folder: Dockerfile.pages, host: "0.0.0.0", port: try containerPort(), temporaryFolder: "/tmp")
    }
  }

  /// The environment of the release's workload: what every app is told, and what its stack adds.
  func environment(filledWith values: [String: String], home: String) -> [String: String] {
    let standard = [
      "HOST": values["host"] ?? "", "PORT": values["port"] ?? "", "HOME": home, "ORCHESTRATOR_APP": app.description,
      "ORCHESTRATOR_RELEASE": release.description, "ORCHESTRATOR_STACK": stack.name.description,
      "ORCHESTRATOR_URL": url,
    ]
    return standard.merging(stack.run.env.filled(with: values)) { _, own in own }
  }
}
