import Foundation
package import OrchestratorModel

/// What a person is told of a build that failed.
package enum BuildFailure {
  /// How many of the last lines of output an error shows.
  package static let shownLines = 20

  /// The error of a build that ended badly; `what` says which command did, and how.
  package static func error(of plan: ComponentPlan, _ what: String, lastLines: [String], hint: String?)
    -> OrchestratorError
  {
    if lastLines.contains(where: { $0.localizedCaseInsensitiveContains("no space left on device") }) {
      return .diskFull(while: "building \(plan.title)")
    }
    let shown = lastLines.map { "  | \($0)" }.joined(separator: "\n")
    return OrchestratorError(
      .buildFailed, "the build of \(plan.title) failed (\(what)); its last lines:\n\(shown)",
      hint: hint)
  }

  /// The error of a build that left nothing where the pages should be.
  package static func noPages(of plan: ComponentPlan, lacking path: String) -> OrchestratorError {
    OrchestratorError(
      .buildFailed, "the build of \(plan.title) left no \(path.quoted), from which its pages are served",
      hint: noPagesHint(of: plan))
  }

  /// What a person can do when the pages are not where they should be.
  package static func noPagesHint(of plan: ComponentPlan) -> String {
    let names = plan.stack.run.serve?.folder.names.map(plan.component.setting) ?? []
    let settings = names.map { "--set \($0)=FOLDER" }.joined(separator: " ")
    return settings.isEmpty
      ? "check what the build prints" : "if the build writes its pages elsewhere, say where with \(settings)"
  }
}
