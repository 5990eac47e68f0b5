import OrchestratorModel
import Synchronization

/// Keeps what a person is to know of work that has no observer.
final class NoteCollector: Sendable {
  private let app: AppName
  private let notes = Mutex<[Notice]>([])

  init(of app: AppName) { self.app = app }

  /// What was noted.
  var all: [Notice] { notes.withLock { $0 } }

  /// Where the events of the work go.
  var sink: EventSink {
    { [self] event in
      guard let notice = notice(of: event) else { return }
      notes.withLock { $0.append(notice) }
    }
  }

  private func notice(of event: DeploymentEvent) -> Notice? {
    switch event {
    case .note(let notice): return notice
    case .retired(let release, let detail, _):
      return Notice(.releaseStopped, about: .release(release, of: app), "\(app) \(release): \(detail)")
    case .reduced(let release, let detail, _):
      return Notice(.instancesStopped, about: .release(release, of: app), detail)
    case .scaled(let release, _):
      let count = release.components.reduce(0) { $0 + $1.ports.count }
      return Notice(
        .instancesAdded, about: .release(release.number, of: app),
        "\(app) \(release.number): instances were added, and it has \(count) now")
    default: return nil
    }
  }
}
