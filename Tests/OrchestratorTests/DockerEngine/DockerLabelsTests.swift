import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorStore

@Suite("What is ours in Docker")
struct DockerLabelsTests {
  private func labels(in folder: TemporaryFolder, of installation: InstallationID?) throws -> DockerLabels {
    let home = StateFolder(try folder.makeFolder("home"))
    if let installation { try home.belong(to: installation) }
    return DockerLabels(ownNamespace: "orchestrator", stateFolder: home.path)
  }

  private let name = "orchestrator-blog-v1"

  @Test("bears the installation's id, and not that of another which had the same state folder")
  func id() throws {
    try withTemporaryFolder { folder in
      let first = try labels(in: folder, of: InstallationID(id: "first"))
      let made = first.container(of: ComponentPlan.sample().workload(1))
      #expect(made["orchestrator.installation"] == "first")
      #expect(first.ownsContainer(name, made) && first.ownsImage(made))
      let second = try labels(in: folder, of: InstallationID(id: "second"))
      #expect(!second.ownsContainer(name, made) && !second.ownsImage(made))
      // It tells that something was here before.
      #expect(second.wasMadeHere(name, made))
    }
  }

  @Test("is also what bears no id, for an installation that is older than ids, and for no other")
  func withoutID() throws {
    try withTemporaryFolder { folder in
      let made = try labels(in: folder, of: nil).container(of: ComponentPlan.sample().workload(1))
      #expect(made["orchestrator.installation"] == nil)
      #expect(try labels(in: folder, of: InstallationID(isOlderThanIDs: true)).ownsContainer(name, made))
      #expect(try !labels(in: folder, of: InstallationID()).ownsContainer(name, made))
    }
  }
}
