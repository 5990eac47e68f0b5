import Foundation
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorSystem

@Suite("The network of containers")
struct ContainerNetworkTests {
  private func network(
    _ engine: FakeNetwork, _ folder: TemporaryFolder, range: AddressRange? = nil
  ) throws -> ContainerNetwork {
    ContainerNetwork(
      client: DockerClient(address: try DockerAddress("unix:///docker.sock"), transport: engine),
      labels: DockerLabels(ownNamespace: "orchestrator", stateFolder: "/state"), range: range, lock: folder("lock"))
  }

  private static let labels =
    #"{"orchestrator.namespace":"orchestrator","orchestrator.state":"/state","orchestrator.workload":"orchestrator-apps"}"#

  /// What an engine says of the network.
  private static func details(labels: String = labels, containers: String = "{}") -> HTTPResponse {
    HTTPResponse(200, #"{"Id":"abc","Labels":\#(labels),"Containers":\#(containers)}"#)
  }

  private static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
    HTTPResponse(status, #"{"message":"\#(message)"}"#)
  }

  /// An engine without the network, that answers `creation` to whoever makes it.
  private static func engine(answering creation: HTTPResponse) -> FakeNetwork {
    FakeNetwork { $0.method == "GET" ? refusal(404, "network orchestrator-apps not found") : creation }
  }

  @Test("lets no traffic pass between them, whatever the engine does by default, and bears our labels")
  func made() async throws {
    try await withTemporaryFolder { folder in
      let engine = Self.engine(answering: HTTPResponse(201, #"{"Id":"abc"}"#))
      try await #expect(network(engine, folder, range: AddressRange("10.201.0.0/24")).ensure() == nil)
      let call = try #require(engine.calls.last)
      #expect(call.method == "POST" && call.path == "/v1.41/networks/create")
      let body = try JSONSerialization.jsonObject(with: call.body ?? Data()) as? NSDictionary
      #expect(
        body == [
          "Name": "orchestrator-apps", "CheckDuplicate": true, "Driver": "bridge", "EnableIPv6": false,
          "IPAM": ["Config": [["Subnet": "10.201.0.0/24"]]],
          "Options": ["com.docker.network.bridge.enable_icc": "false"],
          "Labels": [
            "orchestrator.namespace": "orchestrator", "orchestrator.state": "/state",
            "orchestrator.workload": "orchestrator-apps",
          ],
        ])
    }
  }

  @Test("is made once, by however many at the same time")
  func once() async throws {
    try await withTemporaryFolder { folder in
      let isThere = Mutex(false)
      let engine = FakeNetwork { call in
        if call.method == "GET" {
          return isThere.withLock { $0 } ? Self.details() : Self.refusal(404, "network orchestrator-apps not found")
        }
        isThere.withLock { $0 = true }
        return HTTPResponse(201, #"{"Id":"abc"}"#)
      }
      let network = try network(engine, folder)
      try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 1...8 { group.addTask { try await network.ensure() } }
        for try await objection in group { #expect(objection == nil) }
      }
      #expect(engine.calls.count { $0.method == "POST" } == 1)
    }
  }

  @Test("is not taken from others who have one of that name", arguments: ["{}", "null"])
  func foreign(labels: String) async throws {
    try await withTemporaryFolder { folder in
      let engine = FakeNetwork { _ in Self.details(labels: labels) }
      let error = await #expect(throws: OrchestratorError.self) { try await network(engine, folder).ensure() }
      #expect(error?.code == .conflict)
      #expect(error?.message == "a network of Docker that is not ours has the name 'orchestrator-apps'")
      #expect(error?.hint?.contains("docker network rm orchestrator-apps") == true)
      try await network(engine, folder).removeIfUnused()
      try await #expect(network(engine, folder).unused() == nil)
      #expect(engine.calls.allSatisfy { $0.method == "GET" })
    }
  }

  @Test(
    "is done without where the engine cannot keep containers apart, with its words",
    arguments: [
      "cannot restrict inter-container communication: please ensure that br_netfilter kernel module is loaded",
      "unsupported bridge network option com.docker.network.bridge.enable_icc",
    ])
  func impossible(words: String) async throws {
    try await withTemporaryFolder { folder in
      try await #expect(network(Self.engine(answering: Self.refusal(500, words)), folder).ensure() == words)
    }
  }

  @Test(
    "cannot be made without addresses, and what to do about it is said",
    arguments: [
      (
        "10.201.0.0/24", 403, "Pool overlaps with other one on this address space", .conflict,
        "the addresses 10.201.0.0/24 of the setting 'containerNetwork' overlap those of another network"
      ),
      (
        nil, 404,
        "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
        .startFailed, "Docker has no addresses left for the network 'orchestrator-apps'"
      ),
      (
        nil, 400, "all predefined address pools have been fully subnetted", .startFailed,
        "Docker has no addresses left for the network 'orchestrator-apps'"
      ),
      (
        nil, 409, "network with name orchestrator-apps already exists", .conflict,
        "a network of Docker that is not ours has the name 'orchestrator-apps'"
      ),
    ] as [(String?, Int, String, OrchestratorError.Code, String)])
  func withoutAddresses(
    range: String?, status: Int, words: String, code: OrchestratorError.Code, message: String
  ) async throws {
    try await withTemporaryFolder { folder in
      let engine = Self.engine(answering: Self.refusal(status, words))
      let network = try network(engine, folder, range: range.map { try AddressRange($0) })
      let error = await #expect(throws: OrchestratorError.self) { try await network.ensure() }
      #expect(error?.code == code && error?.message == message && error?.hint != nil, "\(String(describing: error))")
    }
  }

  @Test("does not get addresses that this machine reaches elsewhere, which would cut it off")
  func rangeInUse() async throws {
    guard let route = MachineRoutes.all().first(where: { $0.range.canBeNetwork }) else { return }
    try await withTemporaryFolder { folder in
      let engine = Self.engine(answering: HTTPResponse(201, #"{"Id":"abc"}"#))
      let network = try network(engine, folder, range: route.range)
      let error = await #expect(throws: OrchestratorError.self) { try await network.ensure() }
      #expect(
        error?.message.hasPrefix("the addresses \(route.range) of the setting 'containerNetwork' overlap ") == true)
      #expect(engine.calls.allSatisfy { $0.method == "GET" })
    }
  }

  @Test("that went in the moment in which a container is started is made anew, and the container is connected to it")
  func gone() async throws {
    try await withTemporaryFolder { folder in
      let isThere = Mutex(false)
      let engine = FakeNetwork { call in
        switch (call.method, call.path) {
        case ("POST", "/v1.41/containers/c1/start"):
          isThere.withLock { $0 } ? HTTPResponse(204) : Self.refusal(404, "network 0a1b not found")
        case ("POST", "/v1.41/networks/orchestrator-apps/connect"):
          call.body == Data(#"{"Container":"c1"}"#.utf8) ? HTTPResponse(200) : HTTPResponse(400)
        case ("POST", "/v1.41/networks/create"):
          isThere.withLock {
            $0 = true
            return HTTPResponse(201, #"{"Id":"abc"}"#)
          }
        default: Self.refusal(404, "network orchestrator-apps not found")
        }
      }
      try await network(engine, folder).start("c1")
      #expect(
        engine.calls.filter { $0.method == "POST" }.map { $0.path.dropFirst("/v1.41".count) } == [
          "/containers/c1/start", "/networks/create", "/networks/orchestrator-apps/connect", "/containers/c1/start",
        ])
    }
  }

  @Test("another reason why a container does not start is no reason to make a network")
  func otherReason() async throws {
    try await withTemporaryFolder { folder in
      let engine = FakeNetwork { _ in Self.refusal(404, "No such container: c1") }
      await #expect(throws: DockerClient.Refusal.self) { try await network(engine, folder).start("c1") }
      #expect(engine.calls.count == 1)
    }
  }

  @Test(
    "goes after the last container: not while one of anybody runs there, nor while one of ours is to find it again",
    arguments: [
      ("{}", "[]", true), (#"{"c1":{"Name":"somebody's"}}"#, "[]", false),
      ("{}", #"[{"Id":"c1","Names":["/a"],"HostConfig":{"NetworkMode":"orchestrator-apps"}}]"#, false),
      ("{}", #"[{"Id":"c1","Names":["/a"],"HostConfig":{"NetworkMode":"default"}},{"Id":"c2","Names":["/b"]}]"#, true),
    ])
  func removal(running: String, ours: String, goes: Bool) async throws {
    try await withTemporaryFolder { folder in
      let engine = FakeNetwork { call in
        if call.method == "DELETE" { return HTTPResponse(204) }
        return call.path.contains("/containers/json") ? HTTPResponse(200, ours) : Self.details(containers: running)
      }
      try await network(engine, folder).removeIfUnused()
      #expect(engine.calls.filter { $0.method == "DELETE" }.map(\.path) == (goes ? ["/v1.41/networks/abc"] : []))
      try await #expect(network(engine, folder).unused()?.Id == (goes ? "abc" : nil))
    }
  }

  @Test("that it is gone already, or was taken into use in that moment, is no error", arguments: [404, 403])
  func removalTooLate(status: Int) async throws {
    try await withTemporaryFolder { folder in
      let engine = FakeNetwork { call in
        if call.method == "DELETE" { return Self.refusal(status, "network orchestrator-apps has active endpoints") }
        return call.path.contains("/containers/json") ? HTTPResponse(200, "[]") : Self.details()
      }
      try await network(engine, folder).removeIfUnused()
      #expect(engine.calls.last?.method == "DELETE")
    }
  }
}
