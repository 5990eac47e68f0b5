import OrchestratorModel

/// One reversible part of a deployment.
package protocol Step: Sendable {
  /// What the step gives to those after it.
  associatedtype Output: Sendable = Void

  /// What it is, in messages and in the journal.
  var id: DeploymentStep { get }

  /// Does the step.
  func run() async throws -> Output

  /// Makes sure that nothing of this step is left, whether or not `run()` got to it; safe to call twice.
  func undo() async throws

  /// Whether the steps before must stay as they are when this one could not be undone.
  var keepsEarlierSteps: Bool { get }

  /// In a few words, what came of it.
  func detail(of output: Output) -> String
}

extension Step {
  package var keepsEarlierSteps: Bool { false }
}
