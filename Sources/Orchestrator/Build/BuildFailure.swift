import Foundation

/// What a person is told of a build that failed.
enum BuildFailure {
  /// How many of the last lines of output an error shows.
  static let shownLines = 20

  /// The error of a build that ended badly; `what` says which command did, and how.
  static func error(of plan: DeploymentPlan, _ what: String, lastLines: [String], hint: String?) -> OrchestratorError {
    if lastLines.contains(where: { $0.localizedCaseInsensitiveContains("no space left on device") }) {
      return .diskFull(while: "building \(plan.app.description.quoted)")
    }
    let shown = lastLines.map { "  | \($0)" }.joined(separator: "\n")
    return OrchestratorError(
      .buildFailed, "the build of \(plan.app.description.quoted) failed (\(what)); its last lines:\n\(shown)",
      hint: hint)
  }
}
