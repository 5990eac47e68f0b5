public import Foundation

/// How an app is, right now.
public struct AppStatus: Sendable, Equatable, Codable {
  /// In one word, how the app is.
  public enum State: String, Sendable, Codable {
    /// Its release runs.
    case running
    /// Its release ended, and is being started again.
    case restarting
    /// Its release ended, and stays ended.
    case stopped
    /// Its release's container, or its process and all that is known of it, is gone.
    case missing
    /// The runtime does not tell.
    case unknown
    /// Its first release is being deployed.
    case deploying
    /// It was never live: its last deployment failed.
    case failed
  }

  /// The app.
  public var app: AppName
  /// The name of its stack.
  public var stack: StackName
  /// How it is.
  public var state: State
  /// The release that serves; the last one that was tried when none does.
  public var release: ReleaseNumber
  /// The address at which clients reach it.
  public var url: String
  /// The port on 127.0.0.1 where its release listens.
  public var port: TCPPort?
  /// Where its release runs.
  public var runtime: RuntimeName
  /// The image that its release runs from, if it runs in a container.
  public var image: String?
  /// The folder with the source of its release.
  public var source: String
  /// When its release began to serve.
  public var liveAt: Date?
  /// When its workload started last, as ISO 8601.
  public var startedAt: String?
  /// How long its workload has been running, in seconds.
  public var uptime: Double?
  /// The id of its workload's first process.
  public var processID: Int?
  /// How often its workload was started again.
  public var restarts: Int?
  /// The exit status of the workload's last run that ended; a signal counts as 128 + its number.
  public var exitCode: Int?
  /// What its workload may use at most, in words; what is not limited where it runs is said.
  public var limits: String?
  /// Why its state is unknown.
  public var problem: String?
  /// What is being done to the app at this moment, in words.
  public var underWay: String?
}
