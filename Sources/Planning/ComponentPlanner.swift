package import OrchestratorModel

extension ComponentPlan {
  /// Resolves what `spec` asks for, as a first release; nothing but the source is read, and nothing is changed.
  ///
  /// - Parameter source: the source of `spec`, if it is open already.
  /// - Throws: ``OrchestratorError`` with the code `not_found`, `invalid_input`, or `detection_failed`.
  package init(
    _ spec: AppSpec, source: SourceFolder? = nil, component: ComponentName? = nil, stack: StackDescriptor,
    on runtime: RuntimeName, configuration: OrchestratorConfiguration, search: SourceSearch = SourceSearch()
  ) throws {
    let source = try source ?? SourceFolder(spec.source)
    if "\(source.path)/".hasPrefix("\(configuration.home.canonicalPath)/") {
      throw OrchestratorError(
        .invalidInput, "\(source.path.quoted) is the state folder, or in it",
        hint: "name the folder with the app's source")
    }
    let detector = VariableDetector(
      stack: stack, source: source, app: spec.name, component: component, search: search)
    let variables = try detector.values(settingByHand: spec.variables)
    self.init(
      app: spec.name, component: component, stack: stack, host: "\(spec.name).\(configuration.domain)",
      sourceFolder: source.path, variables: variables,
      advice: try detector.advice(knowing: variables) + search.takeRemarks(),
      healthPath: try Self.checkedHealthPath(spec.healthPath) ?? stack.health.path,
      baseImage: stack.build.base.map(configuration.image),
      runBaseImage: stack.runBase(servingWith: configuration.proxyImage).map(configuration.image),
      buildEnvironment: try BuildVariables.checked(spec.buildEnvironment, for: stack),
      namespace: configuration.namespace, runtime: runtime, http: try stack.http.with(spec))
    if case .dockerfile(let path) = stack.build.recipe {
      try source.ensureThere(path, of: stack)
      try Self.ensureDockerfileCanBuild(of: stack, on: runtime)
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

  private static func ensureDockerfileCanBuild(of stack: StackDescriptor, on runtime: RuntimeName) throws {
    guard runtime == .process else { return }
    throw OrchestratorError(
      .runtimeUnavailable,
      "apps of the stack \(stack.name.description.quoted) bring a Dockerfile, which only Docker can build",
      hint: "install and start Docker, then deploy again with --runtime docker")
  }
}

extension ComponentPlan {
  /// What is started: the stack's command, or the server of the pages with its configuration at `path`.
  package func command(filledWith values: [String: String], servingBy path: String) -> [String] {
    stack.run.serve == nil ? stack.run.command.filled(with: values) : StaticSiteServer.command(configuration: path)
  }
}

extension OrchestratorConfiguration {
  /// The image that is used in the place of `name`, or itself.
  package func image(_ name: String) -> String { baseImages[name] ?? name }
}

extension StackDescriptor {
  /// The image that what runs is put into, if that is not the one that it was built on; pages are served by nginx's.
  fileprivate func runBase(servingWith nginx: String) -> String? { run.serve == nil ? run.base : nginx }
}

extension StackDescriptor.Build {
  /// The image that is built on; nil when the app brings its own Dockerfile.
  fileprivate var base: String? { if case .steps(let base) = recipe { base } else { nil } }
}

extension SourceFolder {
  /// Makes sure that an app brings the Dockerfile that its stack says.
  fileprivate func ensureThere(_ dockerfile: String, of stack: StackDescriptor) throws {
    guard !has(dockerfile) else { return }
    try ensureNoLinkOutside(at: dockerfile)
    throw OrchestratorError(
      .detectionFailed, "there is no \(dockerfile.quoted) in \(path.quoted)",
      hint: "apps of the stack \(stack.name.description.quoted) bring their own Dockerfile; is this the app's folder?")
  }
}
