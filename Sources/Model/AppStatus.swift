public import Foundation

/// How an app is, right now.
public struct AppStatus: Sendable, Equatable, Codable {
  /// In one word, how the app is.
  public enum State: String, Sendable, Codable, CaseIterable, Comparable {
    /// Its release runs.
    case running
    /// Its release ended, and is being started again.
    case restarting
    /// Its release ended, and stays ended.
    case stopped
    /// Its release's container, or its process and all that is known of it, is gone.
    case missing
    /// Another program has its port, and gets its requests.
    case unreachable
    /// The runtime does not tell.
    case unknown
    /// Its first release is being deployed.
    case deploying
    /// It was never live: its last deployment failed.
    case failed

    /// Orders states from the best to the worst.
    public static func < (left: State, right: State) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// How one component of an app is.
  public struct Component: Sendable, Equatable, Codable {
    /// Its name; nil when the app's stack is not made of components.
    public var name: ComponentName?
    /// The name of its stack.
    public var stack: StackName
    /// How it is: as its instance that is best, as that one answers requests.
    public var state: State
    /// The image that it runs from, if it runs in a container.
    public var image: String?
    /// What each of its workloads may use at most, in words; what is not limited where it runs is said.
    public var limits: String?
    /// Its workloads, those that it is to have and has not among them.
    public var instances: [Instance]

    package init(
      name: ComponentName? = nil, stack: StackName, state: State, image: String? = nil, limits: String? = nil,
      instances: [Instance]
    ) {
      (self.name, self.stack, self.state) = (name, stack, state)
      (self.image, self.limits, self.instances) = (image, limits, instances)
    }
  }

  /// How one workload of a component is.
  public struct Instance: Sendable, Equatable, Codable {
    /// Its number among those of the component, from 1.
    public var number: Int
    /// How it is.
    public var state: State
    /// The port that it was given.
    public var port: TCPPort?
    /// Where this machine reaches it, such as `127.0.0.1:15000`.
    public var address: String?
    /// When it started last, as ISO 8601.
    public var startedAt: String?
    /// How long it has been running, in seconds.
    public var uptime: Double?
    /// The id of its first process.
    public var processID: Int?
    /// How often it was started again.
    public var restarts: Int?
    /// The exit status of its last run that ended; a signal counts as 128 + its number.
    public var exitCode: Int?
    /// Why its state is unknown, or who has its port.
    public var problem: String?

    package init(
      number: Int, state: State, port: TCPPort? = nil, startedAt: String? = nil, uptime: Double? = nil,
      processID: Int? = nil, restarts: Int? = nil, exitCode: Int? = nil, problem: String? = nil
    ) {
      (self.number, self.state, self.port) = (number, state, port)
      (self.startedAt, self.uptime, self.processID) = (startedAt, uptime, processID)
      (self.restarts, self.exitCode, self.problem) = (restarts, exitCode, problem)
    }
  }

  /// The app.
  public var app: AppName
  /// The name of its stack.
  public var stack: StackName
  /// How it is: as its component that is worst.
  public var state: State
  /// The release that serves; the last one that was tried when none does.
  public var release: ReleaseNumber
  /// The address at which clients reach the app.
  public var url: String
  /// Where its release runs.
  public var runtime: RuntimeName
  /// The folder with the source of its release.
  public var source: String
  /// When its release began to serve.
  public var liveAt: Date?
  /// What it consists of, at least one.
  public var components: [Component]
  /// What clients are told while the app is in maintenance; nil when it is not. Empty when nothing of its own is said.
  public var maintenance: String?
  /// What nginx says against the app's own part of its configuration, if it refuses that; the app is served all the same.
  public var quarantine: String?
  /// What is being done to the app at this moment, in words.
  public var currentOperation: String?

  private enum CodingKeys: String, CodingKey {
    case app, stack, state, release, url, runtime, source, liveAt, components, maintenance, quarantine
    // What JSON output has always called it.
    case currentOperation = "underWay"
  }

  package init(
    app: AppName, stack: StackName, state: State, release: ReleaseNumber, url: String, runtime: RuntimeName,
    source: String, liveAt: Date? = nil, components: [Component], maintenance: String? = nil, quarantine: String? = nil,
    currentOperation: String? = nil
  ) {
    (self.app, self.stack, self.state) = (app, stack, state)
    (self.release, self.url, self.runtime) = (release, url, runtime)
    (self.source, self.liveAt, self.components) = (source, liveAt, components)
    (self.maintenance, self.quarantine, self.currentOperation) = (maintenance, quarantine, currentOperation)
  }

  /// The workloads of all its components.
  public var instances: [Instance] { components.flatMap(\.instances) }
}
