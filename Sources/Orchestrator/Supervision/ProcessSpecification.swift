/// What a supervisor starts, and how it stops it.
struct ProcessSpecification: Sendable, Equatable, Codable {
  /// The program, by its absolute path, and its arguments.
  var command: [String]
  /// All of its environment.
  var environment: [String: String]
  /// The folder in which it starts.
  var folder: String
  /// The file to which its output is added.
  var log: String
  /// The number of the user and the group whose the log is; nil means ours. Programs open their own output anew, as `/dev/stdout`.
  var logOwner: UInt32?
  /// The signal that asks it to stop.
  var stopSignal: String
  /// How long it may take to stop before it is killed.
  var grace: Duration
  /// The port on which it is to listen, if it is an app.
  var port: TCPPort?
  /// The configuration of the nginx that it is, if it is one: its processes are known by that.
  var nginxConfiguration: String?
}

extension ProcessSpecification {
  /// The user that it runs as, as its command says it to `setpriv`; nil when it runs as ourselves.
  var user: UInt32? {
    let option = "--reuid="
    return command.first { $0.hasPrefix(option) }.flatMap { UInt32($0.dropFirst(option.count)) }
  }
}
