public import Foundation

/// One version of an app: its plan and what became of it.
public struct Release: Sendable, Equatable, Codable {
  /// Where a release is in its life.
  public enum State: String, Sendable, Codable {
    /// It is being built, started or checked.
    case preparing
    /// It serves.
    case live
    /// Another serves now, and this one is being stopped.
    case retiring
    /// It has served, and was stopped.
    case retired
    /// It never served: a step failed, and everything that was made was undone.
    case failed
    /// It is being removed with its build and its logs.
    case removing
  }

  /// One part of a release, which is built once.
  public struct Component: Sendable, Equatable, Codable {
    /// Its name; nil when the app's stack is not made of components.
    public let name: ComponentName?
    /// The name of its stack.
    public let stack: StackName
    /// How many workloads of it are to run side by side.
    public let instances: Int
    /// The ports that they were given, as long as they have them.
    public let ports: [TCPPort]
    /// The image that it runs from, if it runs in a container.
    public let image: String?
    /// The SHA-256 of the descriptor that it was made by, in hexadecimal.
    public let descriptorDigest: String

    package init(
      name: ComponentName?, stack: StackName, instances: Int, ports: [TCPPort], image: String?, descriptorDigest: String
    ) {
      (self.name, self.stack, self.instances) = (name, stack, instances)
      (self.ports, self.image, self.descriptorDigest) = (ports, image, descriptorDigest)
    }
  }

  /// The app.
  public let app: AppName
  /// The release's number.
  public let number: ReleaseNumber
  /// The name of its stack.
  public let stack: StackName
  /// Where it is in its life.
  public var state: State
  /// The address at which clients reach the app.
  public let url: String
  /// Where it runs.
  public let runtime: RuntimeName
  /// What it consists of, at least one.
  public let components: [Component]
  /// The folder with the source that it was made of.
  public let source: String
  /// The SHA-256 of the descriptor that it was made by, in hexadecimal.
  public let descriptorDigest: String
  /// When its deployment began.
  public let createdAt: Date
  /// When it began to serve.
  public var liveAt: Date?

  package init(
    app: AppName, number: ReleaseNumber, stack: StackName, state: State, url: String, runtime: RuntimeName,
    components: [Component], source: String, descriptorDigest: String, createdAt: Date, liveAt: Date? = nil
  ) {
    (self.app, self.number, self.stack) = (app, number, stack)
    (self.state, self.url, self.runtime) = (state, url, runtime)
    (self.components, self.source, self.descriptorDigest) = (components, source, descriptorDigest)
    (self.createdAt, self.liveAt) = (createdAt, liveAt)
  }
}
