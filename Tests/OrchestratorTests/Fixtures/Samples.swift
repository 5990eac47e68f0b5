import Foundation

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore

// Foundation has one, too.

/// A value that a test knows to be right.
func sure<Value>(_ value: @autoclosure () throws -> Value?) -> Value {
  do {
    guard let value = try value() else { fatalError("a sample is not valid") }
    return value
  } catch {
    fatalError("a sample is not valid: \(error)")
  }
}

extension AppName {
  static let blog = sure(try AppName("blog"))
  static let shop = sure(try AppName("shop"))
}

extension TCPPort {
  static func number(_ number: Int) -> TCPPort { sure(TCPPort(number)) }
}

extension PortRange {
  static func from(_ first: Int, to last: Int) -> PortRange { sure(PortRange(.number(first), .number(last))) }
}

extension ReleaseNumber {
  static func v(_ number: Int) -> ReleaseNumber { sure(ReleaseNumber(number)) }
}

extension StackDescriptor {
  /// A stack that needs nothing.
  static func sample(
    _ name: String = "stub", role: StackDescriptor.Role = .backend, publicPort: TCPPort = .number(14000),
    paths: [String] = [], internalPorts: PortRange = .from(15000, to: 15099), startPeriod: Duration = .seconds(60),
    detectedBy file: String? = nil
  ) -> StackDescriptor {
    StackDescriptor(
      name: sure(try StackName(name)), summary: "apps of tests", role: role, publicPort: publicPort,
      paths: paths, internalPorts: internalPorts,
      detect: file.map { [DetectionRule(files: [$0], within: Template("."), value: Template(""))] } ?? [],
      variables: [], advice: [],
      build: Build(
        recipe: .steps(base: "base:1"), ignore: [], files: [:], manifests: [], env: [:], install: [], compile: []),
      run: Run(
        command: [Template("serve"), Template("${host}:${port}")], env: [:], folder: Template("."),
        port: Template("8000"),
        user: .numbers("10001:10001")),
      health: Health(
        path: "/", status: [200...399], interval: .milliseconds(1), timeout: .seconds(5), successes: 2,
        startPeriod: startPeriod),
      stop: Stop(signal: "SIGTERM", grace: .seconds(10), drain: .seconds(1)),
      limits: Limits(memory: 512 << 20, cpus: 1.5, pids: 256), http: .standard, file: "stub/stack.yaml", digest: "0123")
  }
}

extension ComponentName {
  static let api = sure(try ComponentName("api"))
  static let web = sure(try ComponentName("web"))
}

extension ComposedStack {
  /// A stack of an `api` of the stack `stub`, and a `web` of the stack `pages`.
  static let pair = ComposedStack(
    name: sure(try StackName("pair")), summary: "pairs of tests", publicPort: .number(12000),
    components: [
      Component(name: .api, stack: sure(try StackName("stub")), folders: ["api"], whole: [], paths: nil),
      Component(name: .web, stack: sure(try StackName("pages")), folders: ["pages", "web"], whole: [], paths: nil),
    ], file: "pair/stack.yaml", digest: "4567")
}

extension ComponentPlan {
  /// A plan whose source does not exist: for what only looks at values.
  static func sample(
    _ app: AppName = .blog, release: ReleaseNumber = .v(1), component: ComponentName? = nil,
    stack: StackDescriptor = .sample(), variables: [String: String] = [:], buildEnvironment: [String: String] = [:],
    healthPath: String = "/", runBase: String? = nil, on runtime: RuntimeName = .docker
  ) -> ComponentPlan {
    ComponentPlan(
      app: app, release: release, component: component, stack: stack, host: "\(app).localhost",
      sourceFolder: "/src/\(app)", variables: variables, advice: [], healthPath: healthPath, baseImage: "base:1",
      runBaseImage: runBase, buildEnvironment: buildEnvironment, namespace: "orchestrator", runtime: runtime,
      http: .standard)
  }
}

extension DeploymentPlan {
  /// A plan of an app with a single component.
  static func sample(
    _ app: AppName = .blog, release: ReleaseNumber = .v(1), stack: StackDescriptor = .sample(),
    on runtime: RuntimeName = .docker
  ) -> DeploymentPlan {
    DeploymentPlan(.sample(app, release: release, stack: stack, on: runtime))
  }
}

/// Of apps with a single component.
extension DeploymentPlan {
  var only: ComponentPlan { components[0] }
  var onlyWorkload: WorkloadPlan { only.workload(1) }
}

extension Release {
  var port: TCPPort? { components[0].ports.first }
}

extension StoredRelease {
  var port: TCPPort? { release.port }
}

extension DeploymentStep {
  static let reservePort = DeploymentStep(.reservePort)
  static let buildImage = DeploymentStep(.buildImage)
  static let startWorkload = DeploymentStep(.startWorkload)
  static let awaitHealthy = DeploymentStep(.awaitHealthy)
}

extension Route {
  static func sample(
    _ app: String, role: StackDescriptor.Role = .backend, publicPort: Int = 14000, paths: [String] = [],
    instance: Int = 1, internalPort: Int = 15000, release: Int = 1, http: RequestPolicy = .standard
  ) -> Route {
    Route(
      app: sure(try AppName(app)), release: .v(release), runtime: .docker, host: "\(app).localhost",
      publicPort: .number(publicPort),
      role: role, paths: paths, instance: instance, internalPort: .number(internalPort), http: http)
  }
}

extension NginxConfiguration {
  /// Of the generation 87, on the ports of two stacks.
  static func sample(_ routes: [Route], nginx version: String = "1.30.6") -> NginxConfiguration {
    NginxConfiguration(
      generation: 87, sites: StoredSites.sites(of: routes, maintenance: [:]) { _, port in .loopback(port) },
      publicPorts: [.number(12000), .number(14000)],
      folder: "/home/proxy/generations/87",
      runFolder: "/home/proxy/run", logFolder: "/home/proxy/logs", version: sure(NginxVersion(version)), hasIPv6: true,
      workerShutdownTimeout: .seconds(30))
  }
}
