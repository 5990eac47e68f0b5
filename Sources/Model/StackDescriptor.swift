/// Everything there is to know about a tech stack: how to recognise, build, run, check, limit and stop its apps.
///
/// A descriptor is data. It is read from one YAML file, whose keys `Plugins/README.md` documents, and drives every runtime.
public struct StackDescriptor: Sendable, Equatable, Codable {
  /// The name by which people deploy to the stack.
  public var name: StackName
  /// One line for lists.
  public var summary: String
  /// Which map the routes of its apps go to.
  public var role: Role
  /// The port on which clients reach all apps of the stack.
  public var publicPort: TCPPort
  /// Paths such as `/api` that its apps answer, with all below them, where a host has pages in front of them.
  public var paths: [String]
  /// The ports that its workloads get.
  public var internalPorts: PortRange
  /// How an app of this stack is recognised; any one of the rules is enough.
  public var detect: [DetectionRule]
  /// What is found out about each app, and can be set by hand.
  public var variables: [Variable]
  /// What a person should know about an app before it is deployed: each rule that matches says its value.
  public var advice: [DetectionRule]
  /// How an app is built.
  public var build: Build
  /// How an app is started.
  public var run: Run
  /// How it is told whether an app is healthy.
  public var health: Health
  /// How an app is stopped.
  public var stop: Stop
  /// What an app may use at most.
  public var limits: Limits
  /// What requests to an app may be, and how the proxy passes them on.
  public var http: RequestPolicy
  /// The file that the descriptor was read from.
  public var file: String
  /// The SHA-256 of the file's bytes, in hexadecimal: a release remembers by which descriptor it was made.
  public var digest: String

  package init(
    name: StackName, summary: String, role: StackDescriptor.Role, publicPort: TCPPort, paths: [String],
    internalPorts: PortRange,
    detect: [DetectionRule], variables: [Variable], advice: [DetectionRule], build: Build, run: Run, health: Health,
    stop: Stop, limits: Limits, http: RequestPolicy, file: String, digest: String
  ) {
    (self.name, self.summary, self.role) = (name, summary, role)
    (self.publicPort, self.paths, self.internalPorts) = (publicPort, paths, internalPorts)
    (self.detect, self.variables, self.advice) = (detect, variables, advice)
    (self.build, self.run, self.health) = (build, run, health)
    (self.stop, self.limits, self.http) = (stop, limits, http)
    (self.file, self.digest) = (file, digest)
  }
}

extension StackDescriptor {
  /// Something about an app that differs from app to app, such as the module that gunicorn serves.
  public struct Variable: Sendable, Equatable, Codable {
    /// The name by which templates use it, `${name}`.
    public var name: String
    /// What it is, in a few words, for error messages.
    public var summary: String
    /// A regular expression that the whole value must match.
    public var pattern: String?
    /// The rules that find the value, tried in order.
    public var detect: [DetectionRule]
    /// The value when no rule finds one.
    public var fallback: Template?

    package init(
      name: String, summary: String, pattern: String? = nil, detect: [DetectionRule], fallback: Template? = nil
    ) {
      (self.name, self.summary, self.pattern) = (name, summary, pattern)
      (self.detect, self.fallback) = (detect, fallback)
    }
  }

  /// How an app is built, in a container and on the machine itself alike.
  public struct Build: Sendable, Equatable, Codable {
    /// Where the build instructions come from.
    public enum Recipe: Sendable, Equatable, Codable {
      /// The steps below, run in a container of this base image.
      case steps(base: String)
      /// The app's own Dockerfile, at this path in its source.
      case dockerfile(path: String)
    }

    /// Where the build instructions come from.
    public var recipe: Recipe
    /// Names of files and folders, with `*`, that are never copied from the app's source; after a `/` at its top only.
    public var ignore: [String]
    /// Files that the stack brings along, by name; they lie in the folder `${files}`.
    public var files: [String: String]
    /// The files, with `*`, that say which dependencies the app has; copied before the rest, so that a change of code installs nothing anew.
    public var manifests: [Template]
    /// Environment variables of the build.
    public var env: [String: Template]
    /// Commands that install the dependencies; only the manifests are there.
    public var install: [BuildStep]
    /// Commands that run when all of the source is there.
    public var compile: [BuildStep]

    package init(
      recipe: Recipe, ignore: [String], files: [String: String], manifests: [Template], env: [String: Template],
      install: [BuildStep], compile: [BuildStep]
    ) {
      (self.recipe, self.ignore, self.files) = (recipe, ignore, files)
      (self.manifests, self.env, self.install) = (manifests, env, install)
      self.compile = compile
    }
  }

  /// One command of a build, and when it is needed.
  public struct BuildStep: Sendable, Equatable, Codable {
    /// The program and its arguments.
    public var command: [Template]
    /// Run it only if the source has this file.
    public var onlyIf: Template?
    /// Do not run it if the source has this file.
    public var unless: Template?
    /// Run it only if these variables have these values.
    public var when: [String: String]?

    package init(command: [Template], onlyIf: Template? = nil, unless: Template? = nil, when: [String: String]? = nil) {
      (self.command, self.onlyIf, self.unless) = (command, onlyIf, unless)
      self.when = when
    }
  }

  /// How an app is started.
  public struct Run: Sendable, Equatable, Codable {
    /// The program and its arguments; empty means what the image itself starts, or nginx where it serves.
    public var command: [Template]
    /// The pages that nginx serves in the place of a program.
    public var serve: StaticSite?
    /// The image that the built source is put into, so that nothing else of the build comes along; nil means that it stays where it was
    /// built.
    public var base: String?
    /// Environment variables of the app.
    public var env: [String: Template]
    /// The folder, relative to the source, in which it starts.
    public var folder: Template
    /// The port on which it listens inside a container.
    public var port: Template
    /// As whom it runs inside a container; nil leaves the choice to the image.
    public var user: ContainerUser?

    package init(
      command: [Template], serve: StaticSite? = nil, base: String? = nil, env: [String: Template], folder: Template,
      port: Template, user: ContainerUser? = nil
    ) {
      (self.command, self.serve, self.base) = (command, serve, base)
      (self.env, self.folder, self.port) = (env, folder, port)
      self.user = user
    }
  }

  /// A folder of files that nginx serves.
  public struct StaticSite: Sendable, Equatable, Codable {
    /// The folder, relative to the source, once it is built.
    public var folder: Template
    /// The file in it that answers requests for what is not there and has no name of a file, as in a single-page app.
    public var fallback: String?
    /// The folders in it whose files have a hash of their contents in their names, and so never change.
    public var hashed: [String]

    package init(folder: Template, fallback: String? = nil, hashed: [String]) {
      (self.folder, self.fallback, self.hashed) = (folder, fallback, hashed)
    }
  }

  /// How it is told whether an app is healthy: real requests with the app's real host.
  public struct Health: Sendable, Equatable, Codable {
    /// The path that is asked for.
    public var path: String
    /// The statuses that count as healthy.
    public var status: [ClosedRange<Int>]
    /// The pause between two requests.
    public var interval: Duration
    /// How long one request may take.
    public var timeout: Duration
    /// How many healthy answers in a row are needed.
    public var successes: Int
    /// How long an app may take until it is healthy.
    public var startPeriod: Duration

    package init(
      path: String, status: [ClosedRange<Int>], interval: Duration, timeout: Duration, successes: Int,
      startPeriod: Duration
    ) {
      (self.path, self.status, self.interval) = (path, status, interval)
      (self.timeout, self.successes, self.startPeriod) = (timeout, successes, startPeriod)
    }
  }

  /// How an app is stopped.
  public struct Stop: Sendable, Equatable, Codable {
    /// The signal that asks it to stop.
    public var signal: String
    /// How long it may take to stop before it is killed.
    public var grace: Duration
    /// How long the requests that it already has may go on before it is asked to stop.
    public var drain: Duration

    package init(signal: String, grace: Duration, drain: Duration) {
      (self.signal, self.grace, self.drain) = (signal, grace, drain)
    }
  }

  /// What one workload may use at most.
  public struct Limits: Sendable, Equatable, Codable {
    /// Memory in bytes.
    public var memory: Int
    /// Processor cores, with a fraction.
    public var cpus: Double
    /// Processes and threads.
    public var pids: Int

    package init(memory: Int, cpus: Double, pids: Int) {
      (self.memory, self.cpus, self.pids) = (memory, cpus, pids)
    }
  }
}

extension StackDescriptor {
  /// All that names a file or a folder of an app's source by its variables.
  package var sourcePaths: [Template] {
    let conditions = (build.install + build.compile).flatMap { [$0.onlyIf, $0.unless].compactMap(\.self) }
    return build.manifests + conditions + [run.folder] + (run.serve.map { [$0.folder] } ?? [])
  }
}

/// A way to find something in an app's source: the first of `files` whose text matches gives the value.
public struct DetectionRule: Sendable, Equatable, Codable {
  /// Paths relative to the searched folder; `*` stands for any part of one name.
  public var files: [String]
  /// The folder, relative to the source, that is searched.
  public var within: Template
  /// A regular expression of which one match must be in the file; `^` and `$` mean the ends of lines.
  public var match: String?
  /// A regular expression of which no match may be in the file.
  public var without: String?
  /// The value: `${1}`, `${2}` are what the expression's groups matched, `${file}`, `${folder}` and `${module}` the file's path, its
  /// folder and its name as a Python module.
  public var value: Template

  package init(
    files: [String], within: Template, match: String? = nil, without: String? = nil, value: Template
  ) {
    (self.files, self.within, self.match) = (files, within, match)
    (self.without, self.value) = (without, value)
  }
}

extension StackDescriptor {
  /// The variables that every template may use beside the stack's own, and what they stand for.
  public static let standardVariables: KeyValuePairs<String, String> = [
    "app": "the app's name",
    "host": "the address on which the app must listen",
    "port": "the port on which the app must listen",
    "source": "the folder that holds the app's source",
    "files": "the folder that holds the files of `build.files`",
    "dependencies": "the folder in which dependencies are installed",
  ]
}

extension StackDescriptor.Build {
  /// Whether the build follows the app's own Dockerfile.
  package var bringsDockerfile: Bool {
    if case .dockerfile = recipe { true } else { false }
  }
}
