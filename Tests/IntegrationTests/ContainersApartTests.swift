import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  @Suite("Containers are kept apart")
  struct ContainersApartTests {
    let port = TestStacks.crowdedPort

    /// So many containers beside one another; all that a stack has ports for where that is asked for.
    static let count = Effort.times(100, short: 3)

    @Test(
      "none reaches another, nor is its address of use to it; all are served by nginx, also to each other",
      .lane(.docker))
    func apart() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.probing()
      let names = (1...Self.count).map { "apart-\($0)" }
      let result = await Result(catching: {
        let lines = try await installation.deployMany("crowded", app, names, processes: 2)
        try #require(lines.allSatisfy { $0[1] == "v1" }, "\(lines)")
        let containers = try await installation.containers(of: names)
        let gateway = try #require(containers.first).gateway
        // They listen there: this machine reaches each.
        for container in containers { #expect(try await installation.isReached(at: container.address)) }
        for (name, own) in zip(names, containers) {
          let targets = containers.filter { $0.address != own.address }.flatMap {
            ["\($0.address)@8000", "\(gateway)@\($0.port)"]
          }
          let reached: [String] = try await installation.probe(
            name, port: port, "reach?" + targets.joined(separator: ","))
          #expect(reached == [], "\(name)")
          let interfaces: [String] = try await installation.probe(name, port: port, "interfaces")
          #expect(interfaces.allSatisfy { $0 == "lo" })
        }
        for name in names {
          let heard: [String] = try await installation.probe(name, port: port, "heard")
          #expect(heard == [], "\(name)")
          #expect(try await installation.page(name, port: port) == "hello v1")
        }
        // A container is one of nginx's clients, as anybody is: under its own address, whatever it says.
        let question = "forge?\(gateway)@\(installation.port(port))@\(names[1]).localhost:\(installation.port(port))"
        let headers: [String: String] = try await installation.probe(names[0], port: port, question)
        #expect(headers["X-Forwarded-For"] == containers[0].address && headers["X-Real-IP"] == containers[0].address)
        print("apart: \(names.count) containers")
      })
      try await installation.destroyAll(names)
      try result.get()
      #expect(try await installation.world().networks == [])
    }

    @Test(
      "nor does one reach what is on Docker's usual network, such as builds, or is reached from there", .lane(.docker))
    func otherNetworks() async throws {
      let installation = try await Installation.on(.docker)
      let foreign = "\(installation.namespace)-stranger"
      let image = Installation.image("python:3.13-slim")
      let app = try TestApp.probing()
      try await installation.using("served", "building") {
        try await installation.deploy("crowded", app, as: "served")
        let served = try await installation.containers(of: ["served"])[0]
        // It bears no label of ours, by which what a killed run left is found.
        _ = try await Program.run("docker", ["rm", "--force", foreign])
        let run = ["run", "--detach", "--rm", "--name", foreign, image, "python3", "-m", "http.server"]
        try #require(try await Program.run("docker", run).status == 0)
        let stranger = try await Program.run(
          "docker", ["inspect", "--format", "{{.NetworkSettings.IPAddress}}", foreign]
        ).output.trimmingCharacters(in: .whitespacesAndNewlines)
        try await eventually { try await installation.isReached(at: stranger) }
        let reached: [String] = try await installation.probe("served", port: port, "reach?\(stranger)@8000")
        #expect(reached == [])
        let build = try TestApp.probing(build: #"print("reached", reach("\#(served.address)@8000,\#(stranger)@8000"))"#)
        let deployed = try await installation.deploy("crowded", build, as: "building", "--verbose")
        #expect(deployed.all.contains("reached ['\(stranger)@8000']"), "\(deployed.all)")
      }
      _ = try await Program.run("docker", ["rm", "--force", foreign])
    }

    @Test(
      "their network comes with the first and goes with the last; removed by hand, or left over, it is put in order",
      .lane(.docker))
    func lifetime() async throws {
      let installation = try await Installation.on(.docker)
      let network = "\(installation.namespace)-apps"
      let app = try TestApp.probing()
      try await installation.using("early", "late") {
        #expect(try await installation.world().networks == [])
        for name in ["early", "late"] {
          try await installation.deploy("crowded", app, as: name)
          #expect(try await installation.world().networks == [network])
        }
        try await installation.destroy("late")
        #expect(try await installation.world().networks == [network])
        let container = "\(installation.namespace)-early-v1"
        for words in [["exec", container, "touch", "note"], ["stop", container], ["network", "rm", network]] {
          try #require(try await Program.run("docker", words).status == 0, "\(words)")
        }
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0 && run.output.contains("early v1: started its container"), "\(run.all)")
        try await eventually { try await installation.get("early", port: port).status == 200 }
        // What it wrote beside its code is there.
        #expect(try await Program.run("docker", ["exec", container, "ls", "note"]).status == 0)
        #expect(try await installation.faultsBeneath() == [])
        try await installation.destroy("early")
        #expect(try await installation.world().networks == [])
      }
      let labels = DockerLabels(ownNamespace: installation.namespace, stateFolder: installation.home)
        .network(named: network).flatMap { ["--label", "\($0.key)=\($0.value)"] }
      try #require(try await Program.run("docker", ["network", "create"] + labels + [network]).status == 0)
      let done = "removed the network \(network), which belongs to no release"
      #expect(try await installation.orchestrator("reconcile", "--dry-run").output.contains("would remove the network"))
      #expect(try await installation.orchestrator("reconcile").output.contains(done))
      #expect(try await installation.world().networks == [])
    }

    @Test(
      "a container has its app's number, as its processes have, and sees nothing of this machine's files",
      .lane(.docker))
    func user() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp.probing()
      try await installation.using("numbered", "other") {
        try await installation.deploy("crowded", app, as: "numbered")
        try await installation.deploy("crowded", app, as: "other")
        for name in ["numbered", "other"] {
          let own = try await installation.user(of: name)
          let user: [Int] = try await installation.probe(name, port: port, "user")
          #expect(user == [own, own] && own > 30_000)
        }
        #expect(try await installation.user(of: "numbered") != installation.user(of: "other"))
        let mounts: [[String]] = try await installation.probe("numbered", port: port, "mounts")
        let systems: Set = ["overlay", "proc", "tmpfs", "devpts", "sysfs", "cgroup", "cgroup2", "mqueue"]
        #expect(
          Set(mounts.filter { !systems.contains($0[1]) }.map { $0[0] }).isSubset(of: [
            "/etc/resolv.conf", "/etc/hostname", "/etc/hosts", "/sbin/docker-init", "/usr/sbin/docker-init",
          ]), "\(mounts)")
      }
    }

    @Test(
      "that they are not is found by trying, and said by the doctor and at a deploy",
      .lane(.docker), .enabled(if: getuid() == 0, "only root can run an engine of its own"))
    func unfiltered() async throws {
      let docker = try await PrivateDocker()
      let result = await Result(catching: { try await unfiltered(docker) })
      try await docker.remove()
      try result.get()
    }

    private func unfiltered(_ docker: PrivateDocker) async throws {
      let home = NSTemporaryDirectory() + "orchestrator-test-u-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: home) }
      let environment = [
        "ORCHESTRATOR_HOME": home, "ORCHESTRATOR_NAMESPACE": "orchestrator-test-u", "ORCHESTRATOR_RUNTIME": "docker",
        "ORCHESTRATOR_PROXY_RUNTIME": "docker", "DOCKER_HOST": docker.address, "NO_COLOR": "1",
        "ORCHESTRATOR_CONTAINER_NETWORK": "10.201.7.0/24",
      ]
      func orchestrator(_ words: String...) async throws -> Run {
        try await docker.run([Program.path] + words + ["--plugins", TestStacks.folder()], environment: environment)
      }
      func filters(_ isFiltering: Bool) async throws {
        let run = try await docker.run("sysctl", "-w", "net.bridge.bridge-nf-call-iptables=\(isFiltering ? 1 : 0)")
        try #require(run.status == 0, "\(run.all)")
      }
      let app = try TestApp.plain()
      for name in ["one", "two"] {
        let run = try await orchestrator("deploy", "plain", app.folder, "--subdomain", name)
        try #require(run.status == 0 && !run.errors.contains("around the proxy"), "\(run.all)")
      }
      let good = try await orchestrator("doctor")
      #expect(good.output.contains("ok       containers    are kept from one another"), "\(good.all)")
      let addresses = try await docker.run(
        "docker", "--host", docker.address, "network", "inspect", "orchestrator-test-u-apps", "--format",
        "{{range .Containers}}{{.IPv4Address}} {{end}}")
      #expect(
        addresses.output.split(whereSeparator: \.isWhitespace).allSatisfy { $0.hasPrefix("10.201.7.") },
        "\(addresses.all)")
      try await filters(false)
      let bad = try await orchestrator("doctor")
      #expect(bad.status == 6 && bad.output.contains("PROBLEM  containers    orchestrator-test-u-"), "\(bad.all)")
      #expect(bad.output.contains("around the proxy, at 10.201.7.") && bad.output.contains("br_netfilter"))
      let deploy = try await orchestrator("deploy", "plain", app.folder, "--subdomain", "two")
      #expect(deploy.status == 0 && deploy.errors.contains("around the proxy, at 10.201.7."), "\(deploy.all)")
      try await filters(true)
      #expect(try await orchestrator("doctor").output.contains("are kept from one another"))
      for name in ["one", "two"] { #expect(try await orchestrator("destroy", name, "--yes").status == 0) }
      #expect(try await orchestrator("proxy", "stop").status == 0)
      let networks = try await docker.run("docker", "--host", docker.address, "network", "ls", "--format", "{{.Name}}")
      #expect(networks.output == "bridge\nhost\nnone\n")
    }
  }
}

/// What Docker knows of an app's container.
private struct ContainerPlace {
  let address: String
  let gateway: String
  /// On 127.0.0.1 of this machine.
  let port: String
}

extension Installation {
  fileprivate func containers(of names: [String]) async throws -> [ContainerPlace] {
    let format =
      "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}} {{range .NetworkSettings.Ports}}{{(index . 0).HostPort}}{{end}}"
    let run = try await Program.run(
      "docker", ["inspect", "--format", format] + names.map { "\(namespace)-\($0)-v1" })
    return try run.output.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      try #require(words.count == 3, "\(run.all)")
      return ContainerPlace(address: words[0], gateway: words[1], port: words[2])
    }
  }

  /// Whether something answers on port 8000 of an address.
  fileprivate func isReached(at address: String) async throws -> Bool {
    let call = HTTPRequest(endpoint: .tcp(host: address, port: 8000), path: "/", host: address)
    return (try? await transport.send(call, timeout: .seconds(5)).status) == 200
  }
}
