import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorSystem

@Suite("Talking to the Docker Engine")
struct DockerClientTests {
  private let transport = HTTPTransport.shared

  private func client(_ folder: TemporaryFolder) throws -> DockerClient {
    DockerClient(address: try DockerAddress("unix://" + folder("docker.sock")), transport: transport)
  }

  @Test("names a host, which the engine insists on, and the version of its API")
  func request() async throws {
    try await withTemporaryFolder { folder in
      try await withStubServer(at: folder("docker.sock"), answering: { _ in .init(body: "OK") }) { server in
        try await client(folder).ping()
        #expect(server.requests.map(\.uri) == ["/v1.41/_ping"])
        #expect(server.requests.first?.headers["host"] == "docker")
      }
    }
  }

  @Test("sends JSON, and reads what it answers")
  func create() async throws {
    try await withTemporaryFolder { folder in
      let answer = StubServer.Answer(status: 201, body: #"{"Id":"abc","Warnings":[]}"#)
      try await withStubServer(at: folder("docker.sock"), answering: { _ in answer }) { server in
        let request = ContainerRequest(Image: "blog:v1", Labels: [:], HostConfig: .init(RestartPolicy: .never))
        try await #expect(client(folder).createContainer(named: "orchestrator-blog-v1", request) == "abc")
        let sent = try #require(server.requests.first)
        #expect(sent.uri == "/v1.41/containers/create?name=orchestrator-blog-v1")
        #expect(sent.headers["content-type"] == "application/json")
        #expect(sent.body.contains(#""Image":"blog:v1""#))
      }
    }
  }

  @Test("keeps the message of a refusal", arguments: [#"{"message":"no such image: x"}"#, "no such image: x"])
  func refusal(body: String) async throws {
    try await withTemporaryFolder { folder in
      try await withStubServer(at: folder("docker.sock"), answering: { _ in .init(status: 404, body: body) }) { _ in
        let refusal = await #expect(throws: DockerClient.Refusal.self) { try await client(folder).inspectImage("x") }
        #expect(refusal?.isNotFound == true)
        #expect(refusal?.message == "no such image: x")
      }
    }
  }

  @Test("an answer of another shape is an error that says to which call it came")
  func otherShape() async throws {
    let network = FakeNetwork { _ in HTTPResponse(200, #"{"Id":null}"#) }
    let client = DockerClient(address: try DockerAddress("unix:///docker.sock"), transport: network)
    let error = await #expect(throws: OrchestratorError.self) { try await client.inspectImage("blog:v1") }
    #expect(error?.code == .runtimeFailed)
    #expect(
      error?.message == "Docker's answer to GET /images/blog:v1/json is not one that this program understands")
    #expect(error?.hint?.contains("serving apps are not touched") == true)
  }

  @Test("what the engine does not know is absent, not an error")
  func absent() async throws {
    try await withTemporaryFolder { folder in
      let answer = StubServer.Answer(status: 404, body: #"{"message":"no such container"}"#)
      try await withStubServer(at: folder("docker.sock"), answering: { _ in answer }) { _ in
        let runtime = DockerRuntime(
          client: try client(folder), namespace: "orchestrator", firstUser: 30_000, addresses: nil,
          commands: ChildProcessRunner(),
          folder: StateFolder(folder("home")))
        try await #expect(runtime.state(of: ComponentPlan.sample().workload(1)) == nil)
        try await runtime.remove(ComponentPlan.sample().workload(1))
        try await runtime.removeBuild(of: .sample())
      }
    }
  }

  @Test("does not wait for an answer that never ends")
  func endless() async throws {
    try await withTemporaryFolder { folder in
      let answer = StubServer.Answer(body: "beginning", isEndless: true)
      try await withStubServer(at: folder("docker.sock"), answering: { _ in answer }) { _ in
        let call = HTTPRequest(endpoint: .unixSocket(path: folder("docker.sock")), path: "/", host: "docker")
        await #expect(throws: HTTPFailure.timedOut) { try await transport.send(call, timeout: .milliseconds(200)) }
        try await #expect(transport.send(call, timeout: .seconds(60), limit: 5).body == Data("begin".utf8))
      }
    }
  }
}

@Suite("When the Docker Engine cannot be reached")
struct DockerUnreachableTests {
  @Test("because there is no socket, the error says how to start it")
  func noSocket() async throws {
    try await withTemporaryFolder { folder in
      let address = "unix://" + folder("docker.sock")
      let client = DockerClient(address: try DockerAddress(address), transport: HTTPTransport.shared)
      let error = await #expect(throws: OrchestratorError.self) { try await client.ping() }
      #expect(error?.code == .runtimeUnavailable)
      #expect(error?.message == "Docker is not running at \(address)")
      #expect(error?.hint == "start Docker (systemctl start docker), or set DOCKER_HOST")
    }
  }

  @Test("because nobody listens, it says the same")
  func refused() async throws {
    let client = DockerClient(
      address: try DockerAddress("tcp://127.0.0.1:\(TestPorts.one())"), transport: HTTPTransport.shared)
    let error = await #expect(throws: OrchestratorError.self) { try await client.ping() }
    #expect(error?.code == .runtimeUnavailable)
    #expect(error?.hint == "start Docker (systemctl start docker), or set DOCKER_HOST")
  }

  @Test(
    "the error tells the other causes apart",
    arguments: [
      (.forbidden, .runtimeForbidden, "this user may not use Docker at unix:///var/run/docker.sock"),
      (.closed, .runtimeUnavailable, "Docker at unix:///var/run/docker.sock does not answer"),
      (.timedOut, .runtimeUnavailable, "Docker at unix:///var/run/docker.sock does not answer"),
    ] as [(HTTPFailure, OrchestratorError.Code, String)])
  func causes(failure: HTTPFailure, code: OrchestratorError.Code, message: String) async throws {
    let network = FakeNetwork { _ in throw failure }
    let client = DockerClient(address: try DockerAddress("unix:///var/run/docker.sock"), transport: network)
    let error = await #expect(throws: OrchestratorError.self) { try await client.ping() }
    #expect(error?.code == code)
    #expect(error?.message == message)
  }
}
