import OrchestratorModel

/// One part of a deployment; ``Undo`` knows how each is undone, by its name.
package protocol Step: Sendable {
  /// What the step gives to those after it.
  associatedtype Output: Sendable = Void

  /// What it is, in messages and in the journal.
  var id: DeploymentStep { get }

  /// Does the step.
  func run() async throws -> Output

  /// In a few words, what came of it.
  func detail(of output: Output) -> String
}
