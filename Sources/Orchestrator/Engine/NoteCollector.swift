import Synchronization

/// Keeps what a person is to know of work that nobody watches.
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
      default: break
      }
    }
  }
}
