package import OrchestratorModel

/// What a supervisor starts, and how it stops it.
package struct ProcessSpecification: Sendable, Equatable, Codable {
  /// The program, by its absolute path, and its arguments.
  package var command: [String]
  /// All of its environment.
  package var environment: [String: String]
  /// The folder in which it starts.
  package var folder: String
  /// The file to which its output is added.
  package var log: String
  /// The number of the user and the group whose the log is; nil means ours. Programs open their own output anew, as `/dev/stdout`.
  package var logOwner: UInt32?
  /// The signal that asks it to stop.
  package var stopSignal: String
  /// How long it may take to stop before it is killed.
  package var grace: Duration
  /// The port on which it is to listen, if it is an app.
  package var port: TCPPort?
  /// The configuration of the nginx that it is, if it is one: its processes are known by that.
  package var nginxConfiguration: String?

  package init(
    command: [String], environment: [String: String], folder: String, log: String, logOwner: UInt32? = nil,
    stopSignal: String, grace: Duration, port: TCPPort? = nil, nginxConfiguration: String? = nil
  ) {
    (self.command, self.environment, self.folder) = (command, environment, folder)
    (self.log, self.logOwner, self.stopSignal) = (log, logOwner, stopSignal)
    (self.grace, self.port, self.nginxConfiguration) = (grace, port, nginxConfiguration)
  }
}

extension ProcessSpecification {
  /// The user that it runs as, as its command says it to `setpriv`; nil when it runs as ourselves.
  package var user: UInt32? {
    let option = "--reuid="
    return command.first { $0.hasPrefix(option) }.flatMap { UInt32($0.dropFirst(option.count)) }
  }
}
