import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorStore

/// Looking: nothing is changed, and nothing put in order; ``DeploymentEngine/recoverPending()`` does that.
extension DeploymentEngine {
  private var inspector: Inspector { Inspector(installation: installation) }

  /// How every app is, by name.
  ///
  /// - Throws: ``OrchestratorError`` when the state cannot be read.
  public func list() async throws -> [AppStatus] { try await inspector.list() }

  /// How one app is, also when it never was live.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` or `state_lost`.
  public func status(of app: AppName) async throws -> AppStatus { try await inspector.status(of: app) }

  /// The lines that an app or its build printed, without their ends.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is no such app, release, component, instance or log, or `state_lost`.
  public func logs(
    of app: AppName, _ request: LogRequest = LogRequest()
  ) async throws -> AsyncThrowingStream<String, any Error> { try await inspector.logs(of: app, request) }

  /// What the proxy does.
  ///
  /// - Throws: ``OrchestratorError`` when neither Docker nor the system can be asked.
  public func proxyStatus() async throws -> ProxyStatus {
    if !store.file.isThere { await installation.noteAbsence() }
    return try await inspector.proxyStatus()
  }

  /// The files of the proxy's configuration, the main one first; none when there is none.
  ///
  /// - Throws: ``OrchestratorError`` when neither Docker nor the system can be asked.
  public func proxyFiles() async throws -> [ProxyFile] {
    if !store.file.isThere { await installation.noteAbsence() }
    return try await proxy.files()
  }
}
