public import Foundation

/// What went wrong, why, what still serves and what to do next; every error that a person can meet is one of these.
public struct OrchestratorError: Error, Sendable, Equatable, Codable {
  /// The kinds of failure. The raw values are what JSON output carries; they never change.
  @nonexhaustive
  public enum Code: String, Sendable, CaseIterable, Codable {
    /// The text is not a valid name of an app, stack or component.
    case invalidName = "invalid_name"
    /// An option, setting, file or descriptor has an invalid value.
    case invalidInput = "invalid_input"
    /// No stack has that name.
    case unknownStack = "unknown_stack"
    /// The source is recognised by no stack, or not by the one that was named.
    case detectionFailed = "detection_failed"
    /// There is no such app, release, component, instance, folder, file or program.
    case notFound = "not_found"
    /// Another command is changing the app, or another program keeps the state file locked.
    case busy
    /// What was asked for would harm something that is there.
    case conflict
    /// All internal ports of the stack are in use.
    case portsExhausted = "ports_exhausted"
    /// Another program has the port where clients would come in.
    case publicPortTaken = "public_port_taken"
    /// Docker does not answer, or what processes need is missing.
    case runtimeUnavailable = "runtime_unavailable"
    /// The runtime is there, and we may not use it.
    case runtimeForbidden = "runtime_forbidden"
    /// The runtime could not do what it was told.
    case runtimeFailed = "runtime_failed"
    /// A step of the build failed.
    case buildFailed = "build_failed"
    /// A workload did not start, or ended.
    case startFailed = "start_failed"
    /// A workload runs, and does not answer well in time.
    case unhealthy
    /// nginx cannot be started, or does not take its configuration.
    case proxyFailed = "proxy_failed"
    /// There is not enough disk for a deployment, or for the state.
    case diskFull = "disk_full"
    /// The state folder cannot be written to.
    case stateUnwritable = "state_unwritable"
    /// The state was written by a later version.
    case stateTooNew = "state_too_new"
    /// The state is damaged or cannot be read.
    case stateUnreadable = "state_unreadable"
    /// The state knows nothing of what is there: it is gone, empty, or another installation's.
    case stateLost = "state_lost"
    /// What a command had to say could not be written.
    case outputUnwritable = "output_unwritable"
    /// The person or the program that asked for it interrupted it.
    case cancelled
    /// Anything else: a mistake of this library.
    case unexpected
  }

  /// What became of a deployment that did not end well.
  public struct Rollback: Sendable, Equatable, Codable {
    /// The release that was being deployed.
    public var release: ReleaseNumber
    /// The steps that were undone, in the order of their undoing.
    public var undone: [String]
    /// What could not be undone, one sentence each; empty when nothing is left behind.
    public var leftBehind: [String]
    /// The release that goes on serving, if the app had one.
    public var stillServing: ReleaseNumber?

    package init(release: ReleaseNumber, undone: [String], leftBehind: [String], stillServing: ReleaseNumber? = nil) {
      (self.release, self.undone, self.leftBehind) = (release, undone, leftBehind)
      self.stillServing = stillServing
    }
  }

  /// The kind of failure.
  public var code: Code
  /// One lower-case sentence that says what happened and why; further lines carry evidence such as log lines.
  public var message: String
  /// What the person can do next.
  public var hint: String?
  /// What became of the deployment, when one had begun.
  public var rollback: Rollback?
  /// The error of the layer below, as text.
  public var underlying: String?

  /// Makes an error.
  public init(_ code: Code, _ message: String, hint: String? = nil, underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.underlying = underlying.map { String(describing: $0) }
  }
}

extension OrchestratorError: LocalizedError, CustomStringConvertible {
  /// The message, then what was undone, what still serves and the hint, a line each.
  public var description: String {
    var lines = [message]
    if let rollback {
      if !rollback.undone.isEmpty { lines.append("undone: " + rollback.undone.joined(separator: ", ")) }
      lines += rollback.leftBehind.map { "left behind: \($0)" }
      if let serving = rollback.stillServing { lines.append("\(serving) still serves") }
    }
    if let hint { lines.append("hint: \(hint)") }
    return lines.joined(separator: "\n")
  }

  /// The same as ``description``.
  public var errorDescription: String? { description }
}

extension OrchestratorError {
  /// `error` itself if it is one of ours; a cancellation as `cancelled`; anything else as `unexpected`.
  package static func wrapping(_ error: any Error) -> OrchestratorError {
    switch error {
    case let known as OrchestratorError: known
    case let failure as any ExplainableError: failure.explained
    case is CancellationError: OrchestratorError(.cancelled, "interrupted")
    default: OrchestratorError(.unexpected, String(describing: error), underlying: error)
    }
  }

  /// There was no space left on a disk.
  package static func diskFull(while doing: String, _ underlying: (any Error)? = nil) -> OrchestratorError {
    OrchestratorError(
      .diskFull, "the disk is full: there was no space left while \(doing)",
      hint: "free some space (docker system df shows what Docker uses), then try again; serving apps are not touched",
      underlying: underlying)
  }
}

/// A failure of a layer below that can be said in a person's words.
package protocol ExplainableError: Error {
  /// What a person is told.
  var explained: OrchestratorError { get }
}
