/// Everything that a deployment will do, decided before it does anything; it is kept with the release, and recovery reads it there.
package struct DeploymentPlan: Sendable, Equatable, Codable {
  package let app: AppName
  package private(set) var release: ReleaseNumber
  package let stack: StackDescriptor
  /// The host name at which clients reach the app.
  package let host: String
  /// The folder with the app's source.
  package let sourceFolder: String
  /// The values of the stack's variables, and `app`.
  package let variables: [String: String]
  /// What the person should know before the app is deployed.
  package let advice: [String]
  /// The path that the health check asks for.
  package let healthPath: String
  /// The base image of the build; nil when the app brings its own Dockerfile.
  package let baseImage: String?
  /// What the names of all things of this installation start with.
  package let namespace: String
  /// Where the release runs; nil in plans that were stored when there was no choice.
  let chosenRuntime: RuntimeName?
  /// The number that stands for the app among all apps of the installation; nil in plans of before there was one.
  private(set) package var appNumber: Int?

  /// Where the release runs.
  package var runtime: RuntimeName { chosenRuntime ?? .docker }
  /// The name of the release's image.
  package var image: String { "\(namespace)/\(app):\(release)" }
  /// The name of the release's workload.
  package var workload: String { "\(namespace)-\(app)-\(release)" }
  /// The address at which clients reach the app.
  package var url: String { "http://\(host):\(stack.publicPort)" }
}

extension DeploymentPlan {
  /// Resolves what `spec` asks for, as a first release; nothing but the source is read, and nothing is changed.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, or `detection_failed`.
  init(
    _ spec: AppSpec, stack: StackDescriptor, on runtime: RuntimeName, configuration: OrchestratorConfiguration
  ) throws {
    let source = try SourceFolder(spec.source)
    if "\(source.path)/".hasPrefix("\(configuration.home.canonicalPath)/") {
      throw OrchestratorError(
        .invalidInput, "\(source.path.quoted) is the state folder, or in it",
        hint: "name the folder with the app's source")
    }
    app = spec.name
    release = .first
    self.stack = stack
    host = "\(spec.name).\(configuration.domain)"
    sourceFolder = source.path
    let detector = VariableDetector(stack: stack, source: source, app: spec.name)
    variables = try detector.values(settingByHand: spec.variables)
    advice = detector.advice(knowing: variables)
    healthPath = try Self.checkedHealthPath(spec.healthPath) ?? stack.health.path
    namespace = configuration.namespace
    chosenRuntime = runtime
    switch stack.build.recipe {
    case .steps(let base):
      baseImage = configuration.baseImages[base] ?? base
    case .dockerfile(let path):
      baseImage = nil
      guard source.has(path) else {
        throw OrchestratorError(
          .detectionFailed, "there is no \(path.quoted) in \(source.path.quoted)",
          hint:
            "apps of the stack \(stack.name.description.quoted) bring their own Dockerfile; is this the app's folder?")
      }
      try Self.refuseDockerfile(of: stack, on: runtime)
    }
    // A port that cannot be is found out now, not when the app has been built.
    _ = try containerPort()
  }

  private static func checkedHealthPath(_ path: String?) throws -> String? {
    guard let path, !RequestPath.isValid(path) else { return path }
    throw OrchestratorError(
      .invalidInput, "\(path.quoted) cannot be a health path", hint: "it starts with '/', such as '/healthz'")
  }

  private static func refuseDockerfile(of stack: StackDescriptor, on runtime: RuntimeName) throws {
    guard runtime == .process else { return }
    throw OrchestratorError(
      .runtimeUnavailable,
      "apps of the stack \(stack.name.description.quoted) bring a Dockerfile, which only Docker can build",
      hint: "install and start Docker, then deploy again with --runtime docker")
  }

  /// The same plan for another release, of the app that has this number.
  func numbered(_ release: ReleaseNumber, app number: Int) -> DeploymentPlan {
    var plan = self
    (plan.release, plan.appNumber) = (release, number)
    return plan
  }

  /// The folder, relative to the source, in which the app starts.
  var runFolder: String { stack.run.folder.filled(with: variables) }

  /// The port on which the app listens inside a container.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` when the stack's variables gave no port.
  func containerPort() throws -> TCPPort {
    let text = stack.run.port.filled(with: variables)
    guard let port = Int(text).flatMap(TCPPort.init) else {
      throw OrchestratorError(
        .invalidInput, "\(text.quoted) cannot be the port on which \(app.description.quoted) listens")
    }
    return port
  }
}
