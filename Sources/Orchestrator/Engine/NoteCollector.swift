import OrchestratorModel
import Synchronization

/// Keeps what a person is to know of work that has no observer.
final class NoteCollector: Sendable {
  private let app: AppName
  private let notes = Mutex<[String]>([])

  init(of app: AppName) { self.app = app }

  /// What was noted, one sentence each.
  var all: [String] { notes.withLock { $0 } }

  /// Where the events of the work go.
  var sink: EventSink {
    { [self] event in
      switch event {
      case .note(let text): notes.withLock { $0.append(text) }
      case .retired(let release, let detail, _): notes.withLock { $0.append("\(app) \(release): \(detail)") }
      case .reduced(_, let detail, _): notes.withLock { $0.append(detail) }
      case .scaled(let release, _):
        let count = release.components.reduce(0) { $0 + $1.ports.count }
        notes.withLock { $0.append("\(app) \(release.number): instances were added, and it has \(count) now") }
      default: break
      }
    }
  }
}
