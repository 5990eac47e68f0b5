import Foundation
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorSystem

/// What Docker answers while it is at something for somebody else, who may have been killed since.
@Suite("Docker between two states")
struct DockerBetweenStatesTests {
  private func client(_ network: FakeNetwork) throws -> DockerClient {
    DockerClient(address: try DockerAddress("unix:///docker.sock"), transport: network)
  }

  private func runtime(_ network: FakeNetwork, _ folder: TemporaryFolder) throws -> DockerRuntime {
    DockerRuntime(
      client: try client(network), namespace: "orchestrator", firstUser: 30_000, addresses: nil,
      commands: FakeCommandRunner(),
      folder: StateFolder(folder("home")))
  }

  private static let refusals = [
    (409, "removal of container abc is already in progress"), (500, "Could not kill running container abc"),
  ]

  @Test("a container that is being removed is waited for", arguments: refusals)
  func removal(status: Int, message: String) async throws {
    let network = FakeNetwork()
    network.answers { [network] _ in
      network.calls.count < 3 ? HTTPResponse(status, #"{"message":"\#(message)"}"#) : HTTPResponse(404, "{}")
    }
    try await client(network).removeContainer("abc")
    #expect(network.calls.map(\.method) == ["DELETE", "DELETE", "DELETE"])
  }

  @Test("another refusal to remove it is an error")
  func refused() async throws {
    let network = FakeNetwork { _ in HTTPResponse(403, #"{"message":"a plugin says no"}"#) }
    await #expect(throws: DockerClient.Refusal.self) { try await client(network).removeContainer("abc") }
    #expect(network.calls.count == 1)
  }

  @Test("a container that is still being made for a deployer who was killed is waited for, and removed")
  func creation() async throws {
    try await withTemporaryFolder { folder in
      let workload = ComponentPlan.sample().workload(1)
      let network = FakeNetwork()
      let runtime = try runtime(network, folder)
      let labels = String(decoding: try JSONEncoder().encode(runtime.labels.container(of: workload)), as: UTF8.self)
      let container = Self.container(labels: labels)
      network.answers { [network] call in
        let looks = network.calls.count { $0.path.hasSuffix("/json") }
        switch call.method {
        case "GET" where call.isAboutNetworks: return HTTPResponse(404, "{}")
        case "POST" where call.path.contains("/containers/create"):
          return HTTPResponse(409, #"{"message":"The container name is already in use"}"#)
        case "GET" where call.path.hasSuffix("/json"):
          return looks < 4 ? HTTPResponse(404, "{}") : HTTPResponse(200, container)
        default: return HTTPResponse(204)
        }
      }
      try await runtime.undoStart(of: workload)
      #expect(network.calls.last { !$0.isAboutNetworks }?.method == "DELETE")
      #expect(network.calls.count { $0.path.contains("/create") } > 1)
    }
  }

  // No image, a disk that is full, an image that Docker will not make a container of: nothing is to come.
  @Test("where none is being made the name is given back", arguments: [201, 404, 500, 400])
  func noCreation(status: Int) async throws {
    try await withTemporaryFolder { folder in
      let network = FakeNetwork { call in
        call.method == "POST"
          ? HTTPResponse(status, #"{"Id":"abc"}"#) : HTTPResponse(call.method == "GET" ? 404 : 204, "{}")
      }
      try await runtime(network, folder).undoStart(of: ComponentPlan.sample().workload(1))
      #expect(
        network.calls.filter { !$0.isAboutNetworks }.map(\.method)
          == (status == 201 ? ["GET", "POST", "DELETE", "GET"] : ["GET", "POST", "GET"]))
    }
  }

  @Test("what was saved of a log stays when the container has nothing more to say", arguments: [409, 404])
  func log(status: Int) async throws {
    try await withTemporaryFolder { folder in
      let workload = ComponentPlan.sample().workload(1)
      let network = FakeNetwork()
      let runtime = try runtime(network, folder)
      let labels = String(decoding: try JSONEncoder().encode(runtime.labels.container(of: workload)), as: UTF8.self)
      network.answers { call in
        call.path.contains("/logs")
          ? HTTPResponse(status, #"{"message":"dead or marked for removal"}"#)
          : HTTPResponse(200, Self.container(labels: labels))
      }
      let path = runtime.folder.appLog(workload)
      await runtime.saveLogs(of: workload)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "")
      try LogFile(path).append("the last words")
      await runtime.saveLogs(of: workload)
      #expect(try String(contentsOfFile: path, encoding: .utf8).contains("the last words"))
    }
  }

  @Test("a container for one program is garbage when nobody waits for it any more, running or not")
  func oneOff() async throws {
    try await withTemporaryFolder { folder in
      let network = FakeNetwork()
      let runtime = try runtime(network, folder)
      func label(_ owner: ProcessIdentity) throws -> String {
        let own = runtime.labels.container(named: "orchestrator-look").merging([
          "orchestrator.owner": String(decoding: try JSONEncoder().encode(owner), as: UTF8.self)
        ]) { own, _ in own }
        return String(decoding: try JSONEncoder().encode(own), as: UTF8.self)
      }
      for (owner, isGarbage) in [(ProcessIdentity.current, false), (ProcessIdentity(id: 1, start: 1), true)] {
        let labels = try label(owner)
        for state in ["running", "created", "exited"] {
          network.answers { call in
            if call.isAboutNetworks { return HTTPResponse(404, "{}") }
            return call.path.contains("/images/")
              ? HTTPResponse(200, "[]")
              : HTTPResponse(
                200, #"[{"Id":"abc","Names":["/orchestrator-look"],"State":"\#(state)","Labels":\#(labels)}]"#)
          }
          try await #expect(runtime.ownedResources().map(\.name) == (isGarbage ? ["orchestrator-look"] : []))
        }
      }
    }
  }

  private static func container(labels: String) -> String {
    let state = #"{"Status":"exited","ExitCode":0,"OOMKilled":false,"StartedAt":"","Pid":0,"Error":""}"#
    return
      #"{"Id":"abc","RestartCount":0,"State":\#(state),"Config":{"Image":"x","Labels":\#(labels)},"HostConfig":{}}"#
  }
}

extension HTTPRequest {
  fileprivate var isAboutNetworks: Bool { path.contains("/networks/") }
}
