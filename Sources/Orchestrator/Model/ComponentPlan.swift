/// Everything that a deployment will do for one component of an app, decided before it does anything.
///
/// It is built once, and becomes one workload or several of them, its instances. An app whose stack is not made of components has a
/// single component, which needs no name.
package struct ComponentPlan: Sendable, Equatable, Codable {
  package let app: AppName
  package private(set) var release: ReleaseNumber
  /// Which component of the app it is; nil when the app's stack is not made of components.
  package let component: ComponentName?
  /// The component's stack. In an app of several its public port is the app's.
  package let stack: StackDescriptor
  /// The host name at which clients reach the app.
  package let host: String
  /// The folder with the component's source.
  package let sourceFolder: String
  /// The values of the stack's variables, and `app`.
  package let variables: [String: String]
  /// What the person should know before the app is deployed.
  package let advice: [String]
  /// The path that the health check asks for.
  package let healthPath: String
  /// The base image of the build; nil when the app brings its own Dockerfile.
  package let baseImage: String?
  /// The base image of what runs; nil when that is the image that was built on.
  package let runBaseImage: String?
  /// Environment variables of the build that a person asked for.
  package let buildEnvironment: [String: String]
  /// What the names of all things of this installation start with.
  package let namespace: String
  /// Where the release runs.
  package let runtime: RuntimeName
  /// How many processes and threads all components of the app may have together; nil until all of them are put together.
  package internal(set) var appProcesses: Int?
  /// How many workloads of it run side by side.
  package internal(set) var instances = 1
  /// What requests to it may be.
  package internal(set) var http = HTTPOptions.standard
  /// The number that stands for the app among all apps of the installation; nil until the release is entered in the store.
  package private(set) var appNumber: Int?

  /// What the release's things are told apart by: `v14`, or `v14.backend`. No name of a release or a component has a dot in it.
  private var version: String { component.map { "\(release).\($0)" } ?? release.description }
  /// The name of the component's image.
  package var image: String { "\(namespace)/\(app):\(version)" }
  /// What the names of its workloads begin with.
  var name: String { "\(namespace)-\(app)-\(version)" }
  /// The address at which clients reach the app.
  package var url: String { "http://\(host):\(stack.publicPort)" }
  /// The component at the head of a line: `shop v14`, or `shop v14 backend`.
  package var label: String { "\(app) \(release)" + (component.map { " \($0)" } ?? "") }
  /// The component in the words of a message: `'shop'`, or `the backend of 'shop'`.
  package var title: String { component.title(in: app) }
}

extension ComponentPlan {
  /// Resolves what `spec` asks for, as a first release; nothing but the source is read, and nothing is changed.
  ///
  /// - Parameter source: the source of `spec`, if it is open already.
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, or `detection_failed`.
  init(
    _ spec: AppSpec, source: SourceFolder? = nil, component: ComponentName? = nil, stack: StackDescriptor,
    on runtime: RuntimeName, configuration: OrchestratorConfiguration, search: SourceSearch = SourceSearch()
  ) throws {
    let source = try source ?? SourceFolder(spec.source)
    if "\(source.path)/".hasPrefix("\(configuration.home.canonicalPath)/") {
      throw OrchestratorError(
        .invalidInput, "\(source.path.quoted) is the state folder, or in it",
        hint: "name the folder with the app's source")
    }
    app = spec.name
    release = .first
    self.component = component
    self.stack = stack
    host = "\(spec.name).\(configuration.domain)"
    sourceFolder = source.path
    let detector = VariableDetector(
      stack: stack, source: source, app: spec.name, component: component, search: search)
    variables = try detector.values(settingByHand: spec.variables)
    advice = try detector.advice(knowing: variables) + search.takeRemarks()
    healthPath = try Self.checkedHealthPath(spec.healthPath) ?? stack.health.path
    http = try stack.http.with(spec)
    buildEnvironment = try BuildVariables.checked(spec.buildEnvironment, for: stack)
    namespace = configuration.namespace
    self.runtime = runtime
    runBaseImage = stack.runBase(servingWith: configuration.proxyImage).map(configuration.image)
    switch stack.build.recipe {
    case .steps(let base):
      baseImage = configuration.image(base)
    case .dockerfile(let path):
      baseImage = nil
      guard source.has(path) else {
        try source.refuseLinkOutside(at: path)
        throw OrchestratorError(
          .detectionFailed, "there is no \(path.quoted) in \(source.path.quoted)",
          hint:
            "apps of the stack \(stack.name.description.quoted) bring their own Dockerfile; is this the app's folder?")
      }
      try Self.refuseDockerfile(of: stack, on: runtime)
    }
    try checkPaths()
    try checkPages()
    // A port that cannot be is found out now, not when the app has been built.
    _ = try containerPort()
  }

  private static func checkedHealthPath(_ path: String?) throws -> String? {
    guard let path, !RequestPath.isValid(path) else { return path }
    throw OrchestratorError(
      .invalidInput, "\(path.quoted) cannot be a health path", hint: "it starts with '/', such as '/healthz'")
  }

  /// What variables brought along makes no path that leads out of the source.
  private func checkPaths() throws {
    for template in stack.sourcePaths {
      let path = template.filled(with: variables)
      guard RelativePath.leadsUp(path) else { continue }
      let settings = template.names.map { "--set \(component.setting($0))=VALUE" }.joined(separator: " ")
      throw OrchestratorError(
        .invalidInput,
        "\(path.quoted), which the stack '\(stack.name)' makes of \(template.description.quoted), leads out of the folder of \(title)",
        hint: "say where it is with \(settings)")
    }
  }

  /// What a variable brought along becomes a path in nginx's configuration.
  private func checkPages() throws {
    guard let folder = pagesFolder, !PlainPath.isValid(folder) else { return }
    throw OrchestratorError(
      .invalidInput, "\(folder.quoted) cannot be the folder of the pages",
      hint: "its path is of letters, digits, '.', '_' and '-'")
  }

  private static func refuseDockerfile(of stack: StackDescriptor, on runtime: RuntimeName) throws {
    guard runtime == .process else { return }
    throw OrchestratorError(
      .runtimeUnavailable,
      "apps of the stack \(stack.name.description.quoted) bring a Dockerfile, which only Docker can build",
      hint: "install and start Docker, then deploy again with --runtime docker")
  }

  /// The same plan for another release, of the app that has this number.
  func numbered(_ release: ReleaseNumber, app number: Int) -> ComponentPlan {
    var plan = self
    (plan.release, plan.appNumber) = (release, number)
    return plan
  }

  /// The same plan in an app whose components may have so many processes together.
  func sharing(_ processes: Int) -> ComponentPlan {
    var plan = self
    plan.appProcesses = processes
    return plan
  }

  /// The folder, relative to the source, in which the app starts.
  var runFolder: String { stack.run.folder.filled(with: variables) }

  /// The folder, relative to the built source, of the pages that are served, if they are.
  var pagesFolder: String? { stack.run.serve?.folder.filled(with: variables) }

  /// The file, relative to the built source, that answers when there is no other, if there is to be one.
  var fallbackPage: String? {
    pagesFolder.flatMap { folder in stack.run.serve?.fallback.map { "\(folder)/\($0)" } }
  }

  /// What is started: the stack's command, or the server of the pages with its configuration at `path`.
  func command(filledWith values: [String: String], servingBy path: String) -> [String] {
    stack.run.serve == nil ? stack.run.command.filled(with: values) : PageServer.command(configuration: path)
  }

  /// The port on which the app listens inside a container.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` when the stack's variables gave no port.
  func containerPort() throws -> TCPPort {
    let text = stack.run.port.filled(with: variables)
    guard let port = Int(text).flatMap(TCPPort.init) else {
      throw OrchestratorError(.invalidInput, "\(text.quoted) cannot be the port on which \(title) listens")
    }
    return port
  }
}

extension OrchestratorConfiguration {
  /// The image that is used in the place of `name`, or itself.
  func image(_ name: String) -> String { baseImages[name] ?? name }
}

extension StackDescriptor {
  /// The image that what runs is put into, if that is not the one that it was built on; pages are served by nginx's.
  fileprivate func runBase(servingWith nginx: String) -> String? { run.serve == nil ? run.base : nginx }
}
