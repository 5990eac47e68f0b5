import Foundation

/// What a supervisor writes down of itself and its process, for all who ask.
struct SupervisorRecord: Sendable, Equatable, Codable {
  /// How a run of the process ended.
  struct Exit: Sendable, Equatable, Codable {
    /// The exit status; a signal counts as 128 + its number. Nil when nobody was there to see it.
    var status: Int?
    var at: Date
  }

  /// Who looks after the process, or did so last.
  var supervisor: ProcessIdentity?
  /// The process that runs, or ran last; it leads a session and a process group of its own.
  var process: ProcessIdentity?
  /// When the process was started last.
  var startedAt: Date?
  /// How often it was started again.
  var restarts = 0
  /// How the last run that ended did so.
  var lastExit: Exit?
  /// Whether the end of the last run has been noted.
  var hasEnded = false
}
