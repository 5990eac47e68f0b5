package import OrchestratorSystem

/// What there is of an installation where releases run, whether or not the store knows of it.
package protocol Inventory: Sendable {
  /// Everything that is ours here: workloads, images and their network, whether or not any release has their names.
  func ownedResources() async throws -> [OwnedResource]

  /// The names of workloads that were made from this state folder and run without it: the folder knows nothing of an app, and these may
  /// be an earlier installation's, or its own from before it was lost.
  func remnants() async -> [String]

  /// How far workloads are kept from one another; nil where none is kept apart, or none runs.
  func isolation() async throws -> Isolation?

  /// Ends all that still runs as the own user of the app of that number, when none of its workloads is left.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_failed` when something could not be ended.
  func endProcesses(ofApp number: Int) async throws

  /// The processes that run as the own user of one of the apps of these numbers, and belong to no workload.
  func strays(ofApps numbers: [Int]) async -> [ProcessEntry]
}
