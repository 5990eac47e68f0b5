import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

@Suite("The address of the Docker Engine")
struct DockerAddressTests {
  @Test(
    "is a socket or a port of this machine",
    arguments: [
      ("unix:///var/run/docker.sock", .unixSocket(path: "/var/run/docker.sock")),
      ("unix:///run/user/1000/docker.sock", .unixSocket(path: "/run/user/1000/docker.sock")),
      ("tcp://127.0.0.1:2375", .tcp(host: "127.0.0.1", port: 2375)),
      ("tcp://localhost:2375/", .tcp(host: "localhost", port: 2375)),
    ] as [(String, HTTPRequest.Endpoint)])
  func understood(text: String, endpoint: HTTPRequest.Endpoint) throws {
    let address = try DockerAddress(text)
    #expect(address.endpoint == endpoint)
    #expect(address.description == text)
  }

  @Test(
    "is refused when it is anything else",
    arguments: [
      "", "/var/run/docker.sock", "unix://", "unix://docker.sock", "tcp://127.0.0.1", "tcp://127.0.0.1:0",
      "tcp://127.0.0.1:65536", "tcp://127.0.0.1:2375/v1", "http://127.0.0.1:2375", "ssh://root@host",
      "tcp://127.0.0.1:2375\u{7}",
    ])
  func refused(text: String) {
    let error = #expect(throws: OrchestratorError.self) { try DockerAddress(text) }
    #expect(error?.code == .invalidInput)
    #expect(error?.message == "\(text.quoted) is not an address of a Docker Engine")
    #expect(error?.hint == "DOCKER_HOST is unix://PATH or tcp://HOST:PORT")
  }

  @Test("is refused when it is another machine", arguments: ["tcp://10.0.0.5:2375", "tcp://docker.example:2375"])
  func elsewhere(text: String) {
    let error = #expect(throws: OrchestratorError.self) { try DockerAddress(text) }
    #expect(error?.message == "the Docker Engine at '\(text)' is on another machine")
  }
}
