import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorStore

extension Integration {
  @Suite("What belongs to no release")
  struct CollectingTests {
    @Test(
      "is removed by reconcile, which says so before if it is asked to, and only what is ours",
      arguments: Lane.runtimes)
    func orphans(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let foreign = try await Foreign(beside: installation)
      try await installation.using("kept", "lost") {
        try await installation.deploy("plain", app, as: "kept")
        let before = try await installation.world()
        try await installation.deploy("plain", app, as: "lost")
        // Its record is gone, as when a backup from before is put back.
        let store = try Store(in: StateFolder(installation.home))
        try await store.forget(AppName("lost"))
        let dry = try await installation.orchestrator("reconcile", "--dry-run")
        let kind = runtime == .docker ? "container" : "process"
        #expect(
          dry.output.contains("would remove the \(kind) \(installation.namespace)-lost-v1, which belongs to no release")
        )
        #expect(try await installation.world() != before)
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0, "\(run.all)")
        #expect(
          run.output.contains("removed the \(kind) \(installation.namespace)-lost-v1, which belongs to no release"))
        #expect(try await installation.world() == before)
        #expect(!FileManager.default.fileExists(atPath: installation.home + "/releases/lost"))
        #expect(try await installation.orchestrator("reconcile").output == "")
        #expect(try await installation.orchestrator("prune", "--keep", "2").status == 0)
        #expect([0, 6].contains(try await installation.orchestrator("doctor", "--fix").status))
        try await installation.goBackToItself()
      }
      #expect(try await foreign.remains())
      try await foreign.remove()
    }
  }
}

extension Installation {
  /// Saves the state, goes back to it, and removes what that keeps of the state before.
  fileprivate func goBackToItself() async throws {
    let file = NSTemporaryDirectory() + "orchestrator-backup-\(UUID().uuidString).db"
    defer { unlink(file) }
    for arguments in [["backup", file], ["restore", file]] {
      let run = try await orchestrator(arguments)
      #expect(run.status == 0, "\(run.all)")
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: home) where name.hasPrefix("state.before-restore-")
    {
      unlink("\(home)/\(name)")
    }
    let run = try await orchestrator("reconcile")
    #expect(run.status == 0, "\(run.all)")
  }
}

/// Things of Docker that are not ours, with names like ours.
private struct Foreign {
  let container: String
  let image: String
  let volume: String

  init(beside installation: Installation) async throws {
    container = "\(installation.namespace)-foreign-v1"
    image = "\(installation.namespace)/foreign:v1"
    volume = "\(installation.namespace)-foreign"
    try await remove()
    // The labels are what others build from an image of ours has.
    let labels = [
      "LABEL \(DockerLabels.namespace)=\(installation.namespace)", "LABEL \(DockerLabels.state)=\(installation.home)",
      "LABEL \(DockerLabels.app)=kept", "LABEL \(DockerLabels.release)=v1",
    ].flatMap { ["--change", $0] }
    for arguments in [
      ["create", "--name", container, Installation.image("python:3.13-slim"), "true"],
      ["commit"] + labels + [container, image], ["rm", container], ["volume", "create", volume],
      ["create", "--name", container, "--volume", "\(volume):/data", image, "true"],
    ] {
      try #require(try await Program.run("docker", arguments).status == 0, "\(arguments)")
    }
  }

  func remains() async throws -> Bool {
    for arguments in [
      ["container", "inspect", container], ["image", "inspect", image], ["volume", "inspect", volume],
    ] {
      if try await Program.run("docker", arguments).status != 0 { return false }
    }
    return true
  }

  func remove() async throws {
    for arguments in [["rm", "--force", container], ["rmi", image], ["volume", "rm", "--force", volume]] {
      _ = try await Program.run("docker", arguments)
    }
  }
}
