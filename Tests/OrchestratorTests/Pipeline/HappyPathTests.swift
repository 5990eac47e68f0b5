import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorStore

@Suite("Deploying an app")
struct HappyPathTests {
  @Test("runs the steps in their order, tells of each, and ends live")
  func order() async throws {
    try await withWorld { world in
      let release = try await world.deploy()
      #expect(release.state == .live)
      #expect(world.events.all.map(\.summary) == Self.story)
    }
  }

  private static let story =
    ["started v1", "began reserve port", "finished reserve port", "began build image", "printed in build image"]
    + ["finished build image", "began start workload", "finished start workload", "began await healthy"]
    + ["finished await healthy", "began switch route", "finished switch route", "live v1"]

  @Test("writes every step to the journal before and after it runs")
  func journal() async throws {
    try await withWorld { world in
      try await world.deploy()
      let entries = try await world.store.journal(of: .blog, .v(1))
      #expect(entries.map(\.step) == StepName.allCases.flatMap { [$0, $0] })
      #expect(entries.map(\.phase) == StepName.allCases.flatMap { _ in [.begun, .done] })
    }
  }

  @Test("leaves the app with one port, image, workload and route, and nothing else")
  func whatThereIs() async throws {
    try await withWorld { world in
      let release = try await world.deploy()
      let port = try #require(release.port)
      let remains = try await world.remains()
      #expect(remains.ports == [Int(port.number)])
      #expect(remains.images == ["orchestrator/blog:v1"])
      #expect(remains.workloads == ["orchestrator-blog-v1": port])
      #expect(remains.routesInForce.map(\.internalPort) == [port])
      #expect(remains.storedRoutes == remains.routesInForce)
      #expect(remains.leases.isEmpty && remains.copiesOfSource.isEmpty)
      #expect(world.runtime.now.kept == ["orchestrator-blog-v1"])
    }
  }

  @Test("says once that containers reach each other, if they do")
  func isolation() async throws {
    try await withWorld { world in
      world.runtime.isIsolated(Isolation(fault: "a reaches b", outside: ["c"]))
      try await world.deploy(instances: 3)
      #expect(world.events.notes == ["a reaches b; \(Isolation.cure)"])
    }
  }

  @Test("keeps the output of the build, readable by its owner only")
  func buildLog() async throws {
    try await withWorld { world in
      try await world.deploy()
      var request = LogRequest()
      request.source = .build
      var lines: [String] = []
      for try await line in try await world.engine.logs(of: .blog, request) { lines.append(line) }
      #expect(lines == ["built orchestrator/blog:v1"])
      #expect(permissions(of: world.folder.buildLog(.sample(.blog))) == 0o600)
    }
  }

  @Test("asks for its health with the host that clients will ask for")
  func health() async throws {
    try await withWorld { world in
      try await world.deploy()
      let call = try #require(world.network.calls.first)
      #expect(call.host == "blog.localhost:14000")
      #expect(call.path == "/")
    }
  }
}

extension DeploymentEvent {
  /// The event in a few words.
  fileprivate var summary: String {
    switch self {
    case .started(_, _, let release, _, _): "started \(release)"
    case .stepBegan(let step): "began \(step)"
    case .output(let step, _): "printed in \(step)"
    case .stepFinished(let step, _, _): "finished \(step)"
    case .note(let notice): "note \(notice)"
    case .stepUndone(let step, _): "undone \(step)"
    case .live(let release, _): "live \(release.number)"
    case .retired(let release, _, _): "retired \(release)"
    case .reduced(let release, _, _): "reduced \(release)"
    case .scaled(let release, _): "scaled \(release.number)"
    }
  }
}
