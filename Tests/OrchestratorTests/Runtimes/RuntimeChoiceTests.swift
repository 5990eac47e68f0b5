import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes

@Suite("Where an app runs")
struct RuntimeChoiceTests {
  private let folder = StateFolder("/nowhere")

  @Test(
    "without a word it is Docker if its engine answers, else this machine",
    arguments: [(true, RuntimeName.docker), (false, .process)])
  func automatic(answers: Bool, expected: RuntimeName) async {
    let docker = FakeRuntime(faults: Faults(), folder: folder)
    if !answers { docker.isUnavailable() }
    let process = FakeRuntime(faults: Faults(), folder: folder)
    let runtimes = Runtimes { $0 == .docker ? docker : process }
    #expect(await runtimes.automatic() == expected)
  }

  @Test("a word is a runtime or auto; another is refused with the nearest")
  func words() throws {
    try #expect(RuntimeName.choice("auto") == nil)
    try #expect(RuntimeName.choice("docker") == .docker)
    try #expect(RuntimeName.choice("process") == .process)
    let error = #expect(throws: OrchestratorError.self) { try RuntimeName.choice("proces") }
    #expect(error?.message == "there is no runtime 'proces' (did you mean 'process'?)")
    #expect(error?.hint == "choose auto, docker, process")
  }

  @Test("a new app runs where the settings say, and stays there when they change; a word moves it")
  func kept() async throws {
    try await withWorld { world in
      try await #expect(world.deploy(on: nil, setting: .process) == .process)
      try await #expect(world.deploy(on: nil, setting: .docker) == .process)
      try await #expect(world.deploy(on: .docker, setting: nil) == .docker)
      try await #expect(world.deploy(on: nil, setting: .process) == .docker)
    }
  }

  @Test("plans that were stored when there was no choice run in Docker")
  func stored() { #expect(ComponentPlan.sample().runtime == .docker) }
}

extension FakeWorld {
  /// Deploys the blog with this word and this setting, and tells where it runs then.
  fileprivate func deploy(on runtime: RuntimeName?, setting: RuntimeName?) async throws -> RuntimeName {
    var configuration = engine.configuration
    configuration.runtime = setting
    let engine = DeploymentEngine(
      Installation(
        configuration: configuration, loadedStacks: engine.installation.loadedStacks, store: store, runtimes: runtimes,
        proxy: proxy,
        probe: HealthProbe(transport: network), folder: folder))
    return try await engine.deploy(AppSpec(name: .blog, stack: "stub", source: source, runtime: runtime)).runtime
  }
}
