package import Foundation

/// What a supervisor writes down of itself and its process, for all who ask.
package struct SupervisorRecord: Sendable, Equatable, Codable {
  /// How a run of the process ended.
  package struct Exit: Sendable, Equatable, Codable {
    /// The exit status; a signal counts as 128 + its number. Nil when no supervisor was there to see it.
    package var status: Int?
    package var at: Date
  }

  /// Who looks after the process, or did so last.
  package var supervisor: ProcessIdentity?
  /// The process that runs, or ran last; it leads a session and a process group of its own.
  package var process: ProcessIdentity?
  /// When the process was started last.
  package var startedAt: Date?
  /// How often it was started again.
  package var restarts = 0
  /// How the last run that ended did so.
  package var lastExit: Exit?
  /// Whether the end of the last run has been noted.
  package var hasEnded = false
}
