/// What a person asks to have deployed.
public struct AppSpec: Sendable, Equatable, Codable {
  /// The app's name and subdomain.
  public var name: AppName
  /// The name of the app's stack, as the person typed it.
  public var stack: String
  /// The folder with the app's source: an absolute path, or one relative to the current folder.
  public var source: String
  /// Values for the stack's variables that win over detected ones.
  ///
  /// In an app of several components `COMPONENT.VARIABLE` is a variable of one of them, and `COMPONENT` the folder in which it is.
  public var variables: [String: String]
  /// Environment variables of the build, of every component; they win over the stack's own.
  public var buildEnvironment: [String: String]
  /// A path such as `/healthz` that wins over the stack's own health path; in an app of several components its backend's.
  public var healthPath: String?
  /// How many workloads of it run side by side; nil leaves an app with as many as it has, and gives a new one a single one.
  public var instances: Scale?
  /// How many bytes the body of a request may have; nil leaves that to the stack.
  public var bodyLimit: Int?
  /// How long the app may be silent while it is to answer; nil leaves that to the stack.
  public var responseTimeout: Duration?
  /// Where it shall run; nil leaves an app where it runs, and a new one to the settings.
  public var runtime: RuntimeName?

  /// Describes an app of `stack` whose source is in the folder `source`.
  public init(
    name: AppName, stack: String, source: String, variables: [String: String] = [:],
    buildEnvironment: [String: String] = [:], healthPath: String? = nil, instances: Scale? = nil,
    bodyLimit: Int? = nil, responseTimeout: Duration? = nil, runtime: RuntimeName? = nil
  ) {
    self.name = name
    self.stack = stack
    self.source = source
    self.variables = variables
    self.buildEnvironment = buildEnvironment
    self.healthPath = healthPath
    self.instances = instances
    self.bodyLimit = bodyLimit
    self.responseTimeout = responseTimeout
    self.runtime = runtime
  }
}
