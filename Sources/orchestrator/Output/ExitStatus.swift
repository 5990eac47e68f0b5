import Orchestrator

/// How the program ends; documented in its help, and never changed.
enum ExitStatus: Int32 {
  case done = 0
  case failed = 1
  case usage = 2
  case notFound = 3
  case busyOrConflict = 4
  case rolledBack = 5
  case needsAttention = 6
  case interrupted = 130

  /// The status that tells scripts what became of an error.
  init(_ error: OrchestratorError) {
    if let rollback = error.rollback {
      self = !rollback.leftBehind.isEmpty ? .needsAttention : error.code == .cancelled ? .interrupted : .rolledBack
      return
    }
    switch error.code {
    case .invalidName, .invalidInput: self = .usage
    case .notFound, .unknownStack: self = .notFound
    case .busy, .conflict, .publicPortTaken: self = .busyOrConflict
    case .cancelled: self = .interrupted
    default: self = .failed
    }
  }
}
