package import OrchestratorModel
package import OrchestratorPlanning

/// Builds what releases run from, one component at a time.
///
/// What a build makes is found by names that its plan has before it exists; removing what is not there is no error.
package protocol ReleaseBuilder: Sendable {
  /// What of an app's source comes along.
  var sourceRules: SourceRules { get }

  /// Makes sure that this machine has what the plan needs, before anything is begun.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_unavailable`.
  func check(_ plan: ComponentPlan) async throws

  /// Whether everything that a build of `context` takes long for was done for a release before, so that ``build(_:context:receive:)`` only
  /// puts it together.
  ///
  /// - Parameter before: the same component of the release that serves, if there is one.
  func isBuilt(_ plan: ComponentPlan, context: String, before: ComponentPlan?) async throws -> Bool

  /// Builds the release from `context`, a folder that holds the source, telling `receive` every line of output.
  ///
  /// - Returns: in a few words, what was built.
  /// - Throws: ``OrchestratorError`` with the code `build_failed` or `disk_full`.
  func build(_ plan: ComponentPlan, context: String, receive: (String) async -> Void) async throws -> String

  /// Whether the build that the plan names is there, whole.
  func hasBuild(of plan: ComponentPlan) async throws -> Bool

  /// Gives a release that runs from the build of an earlier one what it needs of its own: a copy, where it could write to it.
  ///
  /// - Returns: in a few words, what it runs from.
  /// - Throws: ``OrchestratorError`` with the code `start_failed`, `disk_full` or `state_unwritable`.
  func reuseBuild(of plan: ComponentPlan) async throws -> String

  /// Makes sure that nothing is there of what a release got of its own from ``build(_:context:receive:)`` or ``reuseBuild(of:)``.
  func removeRelease(of plan: ComponentPlan) async throws

  /// Makes sure that the build that the plan names is not there, as far as it is ours; no release may run from it any more.
  func removeBuild(of plan: ComponentPlan) async throws

  /// The folder on whose disk releases are built; nil where that cannot be told.
  func buildFolder() async -> String?

  /// How many bytes the build has that the plan names, as far as it does not share them.
  func buildSize(of plan: ComponentPlan) async throws -> Int

  /// How many bytes each release that runs from the build has of its own.
  func releaseSize(of plan: ComponentPlan) async throws -> Int

  /// The certificates that builds of the plan trust, as PEM text; nil when they are those of this machine, or we cannot tell.
  func trustedCertificates(of plan: ComponentPlan) async throws -> String?
}
