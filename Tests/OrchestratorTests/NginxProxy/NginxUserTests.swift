import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorNginxProxy
@testable import OrchestratorPlanning
@testable import OrchestratorSystem

@Suite("The user that nginx runs as")
struct NginxUserTests {
  private static let isRoot = geteuid() == 0

  @Test("is the first of our numbers where we are root, else ourselves")
  func new() {
    let user = NginxUser.new(firstUser: 630_000)
    #expect(user.description == (Self.isRoot ? "630000:630000" : "\(geteuid()):\(getegid())"))
    #expect(user.isOurselves == !Self.isRoot)
  }

  @Test(
    "is read as Docker writes it",
    arguments: [
      ("10001:10001", "10001:10001"), ("0:0", "0:0"), ("10001", nil), ("nginx:nginx", nil), ("", nil), (":", nil),
    ])
  func parsed(text: String, expected: String?) { #expect(NginxUser(text)?.description == expected) }

  @Test("of an nginx that an earlier version started as a process is whom its command names")
  func process() async throws {
    try await withTemporaryFolder { folder in
      let process = SupervisedProcess(folder: folder("processes/proxy"), program: "")
      let host = NginxProcess(
        process: process, commands: FakeCommandRunner(), folder: ProxyFolder(path: folder("proxy")),
        newUser: NginxUser(630_000))
      #expect(try await host.presentUser() == nil)
      let specification = ProcessSpecification(
        command: ["/usr/bin/setpriv", "--no-new-privs", "--reuid=10001", "--regid=10001", "/usr/sbin/nginx"],
        environment: [:], folder: "/", log: "/dev/null", stopSignal: "SIGTERM", grace: .zero)
      try folder.write("processes/proxy/process.json", JSONEncoder().encode(specification))
      #expect(try await host.presentUser() == NginxUser(10001))
      #expect(try await host.user() == NginxUser(10001))
    }
  }

  @Test("of an nginx that an earlier version started in a container is that container's")
  func container() async throws {
    let state = #"{"Status":"running","ExitCode":0,"OOMKilled":false,"StartedAt":"","Pid":0,"Error":""}"#
    let config = #"{"Image":"nginx","User":"10001:10001","Labels":{"orchestrator.proxy":"/state/proxy"}}"#
    let network = FakeNetwork { call in
      call.path.contains("/json")
        ? HTTPResponse(200, #"{"Id":"abc","RestartCount":0,"State":\#(state),"Config":\#(config),"HostConfig":{}}"#)
        : HTTPResponse(404, #"{"message":"no"}"#)
    }
    let host = NginxContainer(
      client: DockerClient(address: try DockerAddress("unix:///docker.sock"), transport: network),
      commands: FakeCommandRunner(), image: "nginx", name: "orchestrator-proxy", namespace: "orchestrator",
      folder: "/state/proxy", newUser: NginxUser(630_000))
    #expect(try await host.user() == NginxUser(10001))
    // What it may have open cannot be seen: there is no such process here.
    #expect(try await host.openFiles() == nil)
  }

  @Test(
    "stays with an nginx that runs, which reads new files and writes its logs, until it is started anew",
    .enabled(if: isRoot, "only root can give files away"))
  func handedOver() async throws {
    try await withProxy { world in
      func owners() -> [String] {
        [world.folder.logs, world.folder.run, world.folder.currentLink].map { path in
          var facts = stat()
          return stat(path, &facts) == 0 ? "\(facts.st_uid):\(facts.st_gid)" : "none"
        }
      }
      world.host.set { $0.newUser = NginxUser(10001) }
      try await world.route("blog", to: 15000)
      try await world.apply()
      #expect(owners() == ["10001:10001", "10001:10001", "0:10001"])
      world.host.set { $0.newUser = NginxUser(630_000) }
      try await world.route("blog", to: 15001)
      try await world.apply()
      try await world.proxy.publishPendingHosts()
      #expect(world.host.now.calls.last == "reload")
      #expect(owners() == ["10001:10001", "10001:10001", "0:10001"])
      try await #expect(world.proxy.repair() == nil)
      try await #expect(world.proxy.status().user == 10001)
      // As after a restart of the machine.
      world.host.set { ($0.isRunning, $0.isTrying, $0.serving) = (false, true, nil) }
      try await #expect(world.proxy.repair()?.text.contains("as a user of its own") == true)
      #expect(world.host.now.calls.last == "start")
      try await #expect(world.proxy.status().user == 630_000)
      #expect(owners() == ["630000:630000", "630000:630000", "0:630000"])
    }
  }
}
