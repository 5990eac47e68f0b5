/// Which lines of an app are asked for.
public struct LogRequest: Sendable, Equatable {
  /// What printed the lines.
  public enum Source: String, Sendable, Codable {
    /// The app itself.
    case app
    /// The build of its image.
    case build
  }

  /// What printed the lines.
  public var source = Source.app
  /// The release; nil means the one that serves, or the last one that was tried.
  public var release: ReleaseNumber?
  /// How many of the last lines; nil means all.
  public var tail: Int?
  /// Whether new lines are given as they come, until the reader stops.
  public var follow = false

  /// Asks for the app's own lines of the release that serves.
  public init() {}
}

extension DeploymentEngine {
  /// The lines that an app or its build printed, without their ends.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is no such app, release or log.
  public func logs(of app: AppName, _ request: LogRequest = LogRequest()) async throws -> AsyncThrowingStream<
    String, any Error
  > {
    _ = await tend()
    let rows = try await store.releases(of: app)
    guard !rows.isEmpty else { throw noApp(app) }
    let wanted = request.release.map { number in rows.first { $0.plan.release == number } }
    guard let row = wanted ?? rows.first(where: { $0.state == .live }) ?? rows.first else {
      throw noLog(
        app, request, "there is no release \(request.release?.description ?? "") of \(app.description.quoted)")
    }
    let plan = row.plan
    if request.source == .app, try await runtimes[plan].state(of: plan) != nil {
      return stream { [runtimes] receive in
        try await runtimes[plan].logs(
          of: plan, tail: request.tail, follow: request.follow, receive: receive)
      }
    }
    let file = request.source == .app ? folder.appLog(app, plan.release) : folder.buildLog(app, plan.release)
    guard let lines = RotatedLog(file).lines(last: request.tail) else {
      throw noLog(app, request, "\(app.description.quoted) \(plan.release) has no \(request.source.rawValue) log")
    }
    return stream { receive in for line in lines { receive(line) } }
  }

  private func stream(
    _ produce: @escaping @Sendable (_ receive: @escaping @Sendable (String) -> Void) async throws -> Void
  ) -> AsyncThrowingStream<String, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          try await produce { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func noLog(_ app: AppName, _ request: LogRequest, _ message: String) -> OrchestratorError {
    OrchestratorError(.notFound, message, hint: "orchestrator logs \(app) shows those of the release that serves")
  }
}
