import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes

@Suite("The container of a release")
struct WorkloadContainerTests {
  private static func json(_ plan: ComponentPlan) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(
      decoding: try encoder.encode(request(plan)),
      as: UTF8.self)
  }

  private static func request(_ plan: ComponentPlan = .sample()) throws -> ContainerRequest {
    try .workload(
      plan.workload(1), on: .number(15003), user: plan.containerUser(first: 30_000), network: "orchestrator-apps",
      labels: DockerLabels(ownNamespace: "orchestrator", stateFolder: "/state"))
  }

  @Test("is asked for as it always was")
  func golden() throws {
    try Golden.expect(Self.json(.sample(release: .v(14))) + "\n", is: "docker/workload.json")
  }

  @Test("is reached from this machine only")
  func loopback() throws {
    let bindings = try Self.request().HostConfig.PortBindings
    #expect(bindings == ["8000/tcp": [.init(HostIp: "127.0.0.1", HostPort: "15003")]])
    #expect(try Self.request().HostConfig.NetworkMode == "orchestrator-apps")
  }

  @Test("has no privileges")
  func privileges() throws {
    let request = try Self.request()
    #expect(request.HostConfig.CapDrop == ["ALL"])
    #expect(request.HostConfig.SecurityOpt == ["no-new-privileges"])
    #expect(request.User == "10001:10001")
    #expect(request.HostConfig.Binds == [])
  }

  @Test(
    "runs as the app's own number, unless its descriptor or its image says another",
    arguments: [(.app, "30007:30007"), (.numbers("10001:10001"), "10001:10001"), (nil, nil)]
      as [(ContainerUser?, String?)])
  func user(said: ContainerUser?, is user: String?) throws {
    var stack = StackDescriptor.sample()
    stack.run.user = said
    let plan = ComponentPlan.sample(stack: stack).numbered(.first, app: 7)
    #expect(try Self.request(plan).User == user)
    #expect(plan.containerUser(first: 30_000) == user)
  }

  @Test("runs as the number that its release was made with, also when that was made before apps had one")
  func oldReleases() throws {
    var stack = StackDescriptor.sample()
    for user in [.numbers("10001:10001"), nil] as [ContainerUser?] {
      stack.run.user = user
      let plan = ComponentPlan.sample(stack: stack)
      let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
      #expect(text.contains(#""user":"10001:10001""#) == (user != nil))
      #expect(try JSONDecoder().decode(ComponentPlan.self, from: Data(text.utf8)) == plan)
    }
  }

  @Test("has its limits, and no swap beyond its memory")
  func limits() throws {
    let host = try Self.request().HostConfig
    #expect(host.Memory == 512 << 20 && host.MemorySwap == host.Memory)
    #expect(host.NanoCpus == 1_500_000_000)
    #expect(host.PidsLimit == 256)
  }

  @Test("stops by its signal, collects its children, and is not started again before it is healthy")
  func stopping() throws {
    let request = try Self.request()
    #expect(request.StopSignal == "SIGTERM" && request.StopTimeout == 10)
    #expect(request.HostConfig.Init)
    #expect(request.HostConfig.RestartPolicy == .never)
  }

  @Test("is told its port and who it is; what the stack says wins")
  func environment() throws {
    var stack = StackDescriptor.sample()
    stack.run.env = ["HOME": Template("/data"), "BIND": Template("${host}:${port}")]
    let environment = try Self.request(.sample(release: .v(14), stack: stack)).Env
    #expect(
      environment == [
        "BIND=0.0.0.0:8000", "HOME=/data", "HOST=0.0.0.0", "ORCHESTRATOR_APP=blog", "ORCHESTRATOR_INSTANCE=1",
        "ORCHESTRATOR_RELEASE=v14",
        "ORCHESTRATOR_STACK=stub",
        "ORCHESTRATOR_URL=http://blog.localhost:14000", "PORT=8000",
      ])
  }

  @Test("is refused a port that is none", arguments: ["0", "65536", "http", ""])
  func badPort(port: String) {
    var stack = StackDescriptor.sample()
    stack.run.port = Template("${listen}")
    let plan = ComponentPlan.sample(stack: stack, variables: ["listen": port])
    let error = #expect(throws: OrchestratorError.self) { try Self.request(plan) }
    #expect(error?.message == "'\(port)' cannot be the port on which 'blog' listens")
  }
}
