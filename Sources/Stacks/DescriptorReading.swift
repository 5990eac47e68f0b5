package import OrchestratorModel
import Yams

/// What every descriptor begins with. A key exists because a line of these files asks for it.
package struct DescriptorHead {
  package static let apiVersion = "orchestrator/v1"

  package let name: StackName
  package let summary: String
  package let publicPort: TCPPort

  /// Reads the keys; nil when one was missing. The section's log has the reasons.
  package init?(reading file: DescriptorSection) {
    _ = file.required("apiVersion", .text.satisfying(Self.apiVersion.quoted) { $0 == Self.apiVersion })
    _ = file.required("kind", .text.satisfying("'Stack'") { $0 == "Stack" })
    let name = file.required("name", .stackName)
    let summary = file.required("summary", .text)
    let publicPort = file.required("publicPort", .port)
    guard let name, let summary, let publicPort else { return nil }
    (self.name, self.summary, self.publicPort) = (name, summary, publicPort)
  }
}

/// How each part of a descriptor is read from its section.
extension StackDescriptor {
  /// Reads a whole descriptor; nil when something was missing that has no default. The section's log has the reasons.
  package init?(reading file: DescriptorSection, digest: String) {
    defer { file.finish() }
    let head = DescriptorHead(reading: file)
    let role = file.value("role", .role, or: .backend)
    let paths = file.claimedPaths()
    let internalPorts = file.required("internalPorts", .portRange)
    if let publicPort = head?.publicPort, let internalPorts, internalPorts.contains(publicPort) {
      file.note(
        "'publicPort' \(publicPort) lies inside the stack's own 'internalPorts' \(internalPorts)", at: "publicPort")
    }
    let detect = file.list("detect", of: .detectionRule(path: "detect", variables: []))
    let variables = Self.readVariables(file)
    let names = Set(variables.map(\.name)).union(Self.standardVariables.map(\.key))
    if !file.has("build") { file.noteMissing("build") }
    let advice = file.list("advice", of: .detectionRule(path: "advice", variables: Set(variables.map(\.name))))
    let build = file.has("build") ? Build(reading: file.section("build"), names: names) : nil
    let run = Run(reading: file.section("run"), names: names, bringsDockerfile: build?.bringsDockerfile ?? true)
    let health = Health(reading: file.section("health"))
    let stop = Stop(reading: file.section("stop"))
    let limits = Limits(reading: file.section("limits"))
    let http = RequestPolicy(reading: file.section("http"))
    guard let head, let internalPorts, let build else { return nil }
    self.init(
      name: head.name, summary: head.summary, role: role, publicPort: head.publicPort, paths: paths,
      internalPorts: internalPorts, detect: detect, variables: variables, advice: advice, build: build, run: run,
      health: health, stop: stop, limits: limits, http: http, file: file.log.file, digest: digest)
  }

  /// Reads the variables in the file's order; the rules of each may use those before it.
  private static func readVariables(_ file: DescriptorSection) -> [Variable] {
    file.entries("variables", named: .variableName, of: { .variable(earlier: Set($0)) }).map { name, variable in
      var named = variable
      named.name = name
      return named
    }
  }
}

extension DescriptorSection {
  /// Reads paths that requests begin with; nginx has them as one expression, which cannot be of any length.
  func claimedPaths() -> [String] {
    let paths = list("paths", of: .claimedPath)
    let length = ClaimedPaths(paths: paths).expression?.utf8.count ?? 0
    if length > ClaimedPaths.longestExpression {
      note(
        "'paths' are too long together: \(length) bytes as an expression, of \(ClaimedPaths.longestExpression)",
        at: "paths")
    }
    return paths
  }
}

extension StackDescriptor.Build {
  package init?(reading section: DescriptorSection, names: Set<String>) {
    defer { section.finish() }
    let building = names.subtracting(["host", "port"])
    let base = section.optional("base", .imageName)
    let dockerfile = section.optional("dockerfile", .relativePath)
    let ignore = section.list("ignore", of: .fileNamePattern)
    let files = section.dictionary("files", named: .fileName, of: .content)
    let manifests = section.list("manifests", of: .template(Self.withoutPlaces(names), in: .relativePath))
    let env = section.dictionary("env", named: .environmentName, of: .template(building))
    let install = section.list("install", of: .buildStep(path: "build.install", names: building))
    let compile = section.list("compile", of: .buildStep(path: "build.compile", names: building))
    guard let recipe = Self.recipe(base: base, dockerfile: dockerfile, in: section) else { return nil }
    self.init(
      recipe: recipe, ignore: ignore, files: files, manifests: manifests, env: env, install: install, compile: compile)
  }

  private static func recipe(base: String?, dockerfile: String?, in section: DescriptorSection) -> Recipe? {
    switch (base, dockerfile) {
    case (let base?, nil): return .steps(base: base)
    case (nil, let path?): return .dockerfile(path: path)
    default:
      if !section.has("base") && !section.has("dockerfile") {
        section.noteMissing("base", " (or 'dockerfile', for apps that bring their own)")
      } else if section.has("base") && section.has("dockerfile") {
        section.note("'build' has both 'base' and 'dockerfile': one of them must go", at: "dockerfile")
      }
      return nil
    }
  }
}

extension StackDescriptor.Build {
  /// The names whose values do not depend on where the app is built and run.
  static func withoutPlaces(_ names: Set<String>) -> Set<String> {
    names.subtracting(["host", "port", "source", "files", "dependencies"])
  }
}

extension StackDescriptor.Run {
  package static let containerPort = "8000"

  package init(reading section: DescriptorSection, names: Set<String>, bringsDockerfile: Bool) {
    defer { section.finish() }
    let stable = StackDescriptor.Build.withoutPlaces(names)
    let serve = section.optional("serve", .serve(stable))
    let base = section.optional("base", .imageName)
    // An image that comes with a Dockerfile knows what it starts.
    let needsCommand = !bringsDockerfile && !section.has("serve")
    self.init(
      command: needsCommand
        ? section.requiredList("command", of: .template(names)) : section.list("command", of: .template(names)),
      serve: serve, base: base,
      env: section.dictionary("env", named: .environmentName, of: .template(names)),
      folder: section.value("folder", .template(stable, in: .relativePath), or: Template(".")),
      port: section.value("port", .template(stable), or: Template(Self.containerPort)),
      user: section.value("user", .containerUser, or: .app))
    refuseBoth(section, bringsDockerfile: bringsDockerfile)
  }

  /// What nginx serves has no command of its own, and neither has a place beside a Dockerfile, which says all of that itself.
  private func refuseBoth(_ section: DescriptorSection, bringsDockerfile: Bool) {
    for key in ["command", "base", "env", "folder"] where section.has("serve") && section.has(key) {
      section.note("'run' has both 'serve' and \(key.quoted): one of them must go", at: key)
    }
    for key in ["serve", "base"] where bringsDockerfile && section.has(key) {
      section.note("\(key.quoted) has no meaning for apps that bring their own Dockerfile", at: key)
    }
  }
}

extension StackDescriptor.Health {
  package init(reading section: DescriptorSection) {
    defer { section.finish() }
    self.init(
      path: section.value("path", .requestPath, or: "/"),
      status: section.value("status", .statuses, or: [200...399]),
      interval: section.value("interval", .positiveDuration, or: .milliseconds(500)),
      timeout: section.value("timeout", .positiveDuration, or: .seconds(5)),
      successes: section.value("successes", .positive, or: 2),
      startPeriod: section.value("startPeriod", .positiveDuration, or: .seconds(60)))
  }
}

extension StackDescriptor.Stop {
  package init(reading section: DescriptorSection) {
    defer { section.finish() }
    self.init(
      signal: section.value("signal", .signal, or: "SIGTERM"),
      grace: section.value("grace", .duration, or: .seconds(10)),
      drain: section.value("drain", .drain, or: .seconds(30)))
  }
}

extension StackDescriptor.Limits {
  package init(reading section: DescriptorSection) {
    defer { section.finish() }
    self.init(
      memory: section.value("memory", .bytes, or: 512 << 20),
      cpus: section.value("cpus", .cores, or: 1),
      pids: section.value("pids", .positive, or: 256))
  }
}

extension RequestPolicy {
  package init(reading section: DescriptorSection) {
    defer { section.finish() }
    let standard = RequestPolicy.standard
    let timeout = section.value("timeout", .responseTimeout, or: .seconds(standard.timeout))
    self.init(
      bodyLimit: section.value("bodyLimit", .bodyLimit, or: standard.bodyLimit), timeout: Int(timeout.seconds),
      buffersRequests: section.value("buffersRequests", .flag, or: standard.buffersRequests),
      buffersResponses: section.value("buffersResponses", .flag, or: standard.buffersResponses),
      keepAlive: Int(section.value("keepAlive", .keepAlive, or: .seconds(standard.keepAlive)).seconds),
      connections: section.optional("connections", .connections))
  }
}

extension ValueKind<String> {
  /// The name of a variable that is not a standard one.
  static var variableName: ValueKind {
    identifier.satisfying("a name that no standard variable has") { name in
      !StackDescriptor.standardVariables.contains { $0.key == name }
    }
  }

  /// A file name in which `*` stands for anything; a `/` before it means the top of the source.
  static var fileNamePattern: ValueKind {
    scalar("a file name, in which '*' stands for anything") { text in
      namePattern.wholeMatch(in: text) == nil || [".", ".."].contains(text.drop { $0 == "/" }) ? nil : text
    }
  }
}

extension ValueKind<ContainerUser?> {
  /// As whom an app runs in a container; nil when its image is to say.
  package static var containerUser: ValueKind {
    ValueKind { node, log in
      switch node.string {
      case "image": nil
      case ContainerUser.app.rawValue: .app
      default: try .numbers(ValueKind<String>.user.read(node, log))
      }
    }
  }
}

private let namePattern = Pattern(/\/?[^\/]+/)
