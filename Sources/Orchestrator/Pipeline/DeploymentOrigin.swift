import OrchestratorModel
import OrchestratorStore

/// What a deployment brings live.
enum DeploymentOrigin: Sendable {
  /// An app's source, as it was planned.
  case source(DeploymentPlan)
  /// What was built for a release that served, as it was then.
  case builds(of: ReleaseNumber, app: AppName)

  var app: AppName {
    switch self {
    case .source(let plan): plan.app
    case .builds(_, let app): app
    }
  }

  /// The plan, before it is numbered.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when there is no such release, `conflict` when it cannot be gone back to.
  func plan(from store: Store) async throws -> DeploymentPlan {
    switch self {
    case .source(let plan): plan
    case .builds(let number, let app): try await store.servedRelease(number, of: app).plan.reusingBuilds
    }
  }
}

extension Store {
  fileprivate func servedRelease(_ number: ReleaseNumber, of app: AppName) async throws -> StoredRelease {
    guard let row = try await releases(of: app).first(where: { $0.plan.release == number }) else {
      throw OrchestratorError(
        .notFound, "there is no release \(number) of \(app.description.quoted) any more",
        hint: "see which there are: orchestrator status \(app)")
    }
    guard row.keepsBuilds, row.state != .preparing else {
      throw OrchestratorError(
        .conflict,
        "\(number) of \(app.description.quoted) failed, or is being removed: there is nothing of it to go back to",
        hint: "see which served: orchestrator status \(app)")
    }
    return row
  }
}
