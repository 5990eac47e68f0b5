import Logging
import OrchestratorModel

/// Telling the observer what happens, and the log.
extension Installation {
  /// Runs `work`, which tells `observe` what happens, and returns when that has seen all of it.
  func reporting<Value: Sendable>(
    to observe: @escaping @Sendable (DeploymentEvents) async -> Void,
    _ work: (@escaping EventSink) async throws -> Value
  ) async throws -> Value {
    let (stream, events) = AsyncStream.makeStream(of: DeploymentEvent.self)
    let lines = WaitingLines()
    // An observer that was cancelled with us would not see how everything is undone.
    let observer = Task { await observe(DeploymentEvents(stream: stream, waiting: lines)) }
    let result = await Result(catching: { try await work(logging(bounding({ events.yield($0) }, by: lines))) })
    events.finish()
    await observer.value
    return try result.get()
  }

  /// Where the events of work go that has no observer: what is to be known goes to the settings' `notice`.
  var noticing: EventSink {
    { [configuration] event in
      if case .note(let notice) = event { configuration.notice(notice) }
    }
  }

  /// A sink that logs what it passes on; the lines of a build are in their own log.
  private func logging(_ sink: @escaping EventSink) -> EventSink {
    { [logger = configuration.logger] event in
      switch event {
      case .output, .stepBegan: break
      case .note(let notice): logger.log(notice)
      case .live(let release, _):
        logger.info("release live", metadata: ["app.name": "\(release.app)", "release.number": "\(release.number)"])
      default: logger.debug("deployment event", metadata: ["event": "\(event)"])
      }
      sink(event)
    }
  }

  /// A sink that passes no more lines of output on than may wait.
  private func bounding(_ sink: @escaping EventSink, by lines: WaitingLines) -> EventSink {
    { event in
      guard case .output(let step, let line) = event else { return sink(event) }
      for line in lines.add(line) { sink(.output(step, line: line)) }
    }
  }
}
