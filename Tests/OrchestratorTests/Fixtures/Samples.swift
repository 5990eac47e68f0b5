import Foundation

@testable import Orchestrator

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
    _ name: String = "stub", role: Route.Role = .backend, publicPort: TCPPort = .number(14000),
    internalPorts: PortRange = .from(15000, to: 15099), startPeriod: Duration = .seconds(60)
  ) -> StackDescriptor {
    StackDescriptor(
      name: sure(try StackName(name)), summary: "apps of tests", role: role, publicPort: publicPort,
      internalPorts: internalPorts, detect: [], variables: [], advice: [],
      build: Build(
        recipe: .steps(base: "base:1"), ignore: [], files: [:], manifests: [], env: [:], install: [], compile: []),
      run: Run(
        command: [Template("serve"), Template("${host}:${port}")], env: [:], folder: Template("."),
        port: Template("8000"),
        user: "10001:10001"),
      health: Health(
        path: "/", status: [200...399], interval: .milliseconds(1), timeout: .seconds(5), successes: 2,
        startPeriod: startPeriod),
      stop: Stop(signal: "SIGTERM", grace: .seconds(10), drain: .seconds(1)),
      limits: Limits(memory: 512 << 20, cpus: 1.5, pids: 256), file: "stub/stack.yaml", digest: "0123")
  }
}

extension DeploymentPlan {
  /// A plan whose source does not exist: for what only looks at values.
  static func sample(
    _ app: AppName = .blog, release: ReleaseNumber = .v(1), stack: StackDescriptor = .sample(),
    variables: [String: String] = [:], healthPath: String = "/", on runtime: RuntimeName? = nil
  ) -> DeploymentPlan {
    DeploymentPlan(
      app: app, release: release, stack: stack, host: "\(app).localhost", sourceFolder: "/src/\(app)",
      variables: variables, advice: [], healthPath: healthPath, baseImage: "base:1", namespace: "orchestrator",
      chosenRuntime: runtime, appNumber: nil)
  }
}

extension Route {
  static func sample(
    _ app: String, role: Role = .backend, publicPort: Int = 14000, internalPort: Int = 15000, release: Int = 1
  ) -> Route {
    Route(
      app: sure(try AppName(app)), release: .v(release), host: "\(app).localhost", publicPort: .number(publicPort),
      role: role, internalPort: .number(internalPort))
  }
}
