import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes

@Suite("Starting a container")
struct DockerStartTests {
  private func runtime(_ engine: FakeNetwork, _ folder: TemporaryFolder) throws -> DockerRuntime {
    DockerRuntime(
      client: DockerClient(address: try DockerAddress("unix:///docker.sock"), transport: engine),
      namespace: "orchestrator", firstUser: 30_000, addresses: nil, commands: FakeCommandRunner(),
      folder: StateFolder(folder.path))
  }

  /// An engine without anything, that answers `start` to whoever starts a container, and `creation` to whoever makes a network.
  private static func engine(
    start: HTTPResponse = HTTPResponse(204), creation: HTTPResponse = HTTPResponse(201, "{}")
  ) -> FakeNetwork {
    FakeNetwork { call in
      if call.method == "GET" { return HTTPResponse(404, "{}") }
      if call.path.contains("/networks/create") { return creation }
      return call.path.hasSuffix("/start") ? start : HTTPResponse(201, #"{"Id":"c1"}"#)
    }
  }

  private static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
    HTTPResponse(status, #"{"message":"\#(message)"}"#)
  }

  /// The network that the engine was told to put the container into; nil means its usual one.
  private static func network(_ engine: FakeNetwork) throws -> String? {
    struct Request: Decodable {
      struct Host: Decodable { let NetworkMode: String? }
      let HostConfig: Host
    }
    let body = try #require(engine.calls.first { $0.path.contains("/containers/create") }?.body)
    return try JSONDecoder().decode(Request.self, from: body).HostConfig.NetworkMode
  }

  @Test("makes the network before it, and puts it there")
  func network() async throws {
    try await withTemporaryFolder { folder in
      let engine = Self.engine()
      try await #expect(runtime(engine, folder).start(ComponentPlan.sample().workload(1), on: .number(15000)) == [])
      let changes = engine.calls.filter { $0.method == "POST" }.map { $0.path.dropFirst("/v1.41".count) }
      #expect(
        changes == [
          "/networks/create", "/containers/create?name=orchestrator-blog-v1", "/containers/c1/start",
        ])
      try #expect(Self.network(engine) == "orchestrator-apps")
    }
  }

  @Test("takes Docker's usual network where that cannot keep containers apart, which is said once for all instances")
  func withoutNetwork() async throws {
    try await withTemporaryFolder { folder in
      let words = "cannot restrict inter-container communication: no br_netfilter"
      let engine = Self.engine(creation: Self.refusal(500, words))
      let runtime = try runtime(engine, folder)
      var notes: [String] = []
      for instance in 1...3 {
        notes += try await runtime.start(ComponentPlan.sample().workload(instance), on: .number(15000)).texts
      }
      #expect(
        notes == ["other containers can reach 'blog' around the proxy, as Docker cannot keep them apart: \(words)"])
      try #expect(Self.network(engine) == nil)
    }
  }

  @Test(
    "that fails says why, and what to do",
    arguments: [
      (
        "driver failed programming external connectivity: Bind for 127.0.0.1:15000 failed: port is already allocated",
        "port 15000 on 127.0.0.1 was taken at the last moment", "another port"
      ),
      (
        "no available IPv4 addresses on this network's address pools: orchestrator-apps (0a1b)",
        "all addresses of the network 'orchestrator-apps' are in use", "containerNetwork"
      ),
      (
        "failed to create endpoint: adding interface veth0a to bridge br-0a1b failed: exchange full",
        "the network 'orchestrator-apps' has as many containers as Linux lets a bridge have, which is 1,023",
        "a second installation"
      ),
      ("write /x: no space left on device", "the disk is full", "free some space"),
      ("something else", "the container of 'blog' could not be started: something else", nil),
    ] as [(String, String, String?)])
  func failure(words: String, message: String, hint: String?) async throws {
    try await withTemporaryFolder { folder in
      let runtime = try runtime(Self.engine(start: Self.refusal(500, words)), folder)
      let error = await #expect(throws: OrchestratorError.self) {
        try await runtime.start(ComponentPlan.sample().workload(1), on: .number(15000))
      }
      #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
      #expect(hint == nil || error?.hint?.contains(hint ?? "") == true)
    }
  }

  @Test("a network that is left without containers belongs to nobody")
  func ownedResources() async throws {
    try await withTemporaryFolder { folder in
      let labels =
        #"{"orchestrator.namespace":"orchestrator","orchestrator.state":"\#(folder.path)","orchestrator.workload":"orchestrator-apps"}"#
      let engine = FakeNetwork { call in
        call.path.contains("/networks/")
          ? HTTPResponse(200, #"{"Id":"abc","Labels":\#(labels),"Containers":{}}"#) : HTTPResponse(200, "[]")
      }
      let found = try await runtime(engine, folder).ownedResources()
      #expect(found.map(\.name) == ["orchestrator-apps"] && found.map(\.kind) == [.network])
      try await found[0].remove()
      #expect(engine.calls.last.map { "\($0.method) \($0.path)" } == "DELETE /v1.41/networks/abc")
    }
  }
}
