import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorNginxProxy

@Suite("The nginx in a container")
struct NginxContainerTests {
  private let titles = #""Titles":["UID","PID","PPID","CMD"]"#

  /// The workers and whether nginx runs, of a container that says that it has just started, by what Docker tells of its processes.
  private func seen(_ processes: HTTPResponse) async throws -> (workers: NginxWorkers, isRunning: Bool) {
    let network = FakeNetwork { call in
      if call.path.hasSuffix("/top") { return processes }
      let state =
        #"{"Status":"running","ExitCode":0,"OOMKilled":false,"StartedAt":"\#(Date().ISO8601Format())","Pid":7,"Error":""}"#
      let labels = #"{"orchestrator.proxy":"/state/proxy"}"#
      return HTTPResponse(
        200,
        #"{"Id":"abc","RestartCount":3,"State":\#(state),"Config":{"Image":"nginx","Labels":\#(labels)},"HostConfig":{}}"#
      )
    }
    let container = NginxContainer(
      client: DockerClient(address: try DockerAddress("unix:///docker.sock"), transport: network),
      commands: FakeCommandRunner(), image: "nginx", name: "orchestrator-proxy", namespace: "orchestrator",
      folder: "/state/proxy", newUser: .new(firstUser: 30_000))
    return (try await container.workers(), try await container.isRunning())
  }

  @Test("runs when it has workers that take connections")
  func workers() async throws {
    let table = """
      {\(titles),"Processes":[["0","7","1","nginx: master process nginx"],["0","8","7","nginx: worker process"],
      ["0","9","7","nginx: worker process is shutting down"]]}
      """
    let seen = try await seen(HTTPResponse(200, table))
    #expect(seen.workers == NginxWorkers(master: 7, active: [8], retiring: [9]))
    #expect(seen.isRunning)
  }

  // Docker starts one that cannot start again and again: any call may meet it just ended.
  @Test(
    "that ends again and again does not run, whatever Docker says of its processes",
    arguments: [
      (200, #"{"Titles":["UID","PID","PPID","CMD"],"Processes":null}"#),
      (409, #"{"message":"container abc is not running"}"#),
      (404, #"{"message":"no such container"}"#),
    ])
  func ended(status: Int, body: String) async throws {
    let seen = try await seen(HTTPResponse(status, body))
    #expect(seen.workers == NginxWorkers())
    #expect(!seen.isRunning)
  }
}
