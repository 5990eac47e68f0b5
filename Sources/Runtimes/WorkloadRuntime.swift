package import OrchestratorModel
package import OrchestratorSystem
package import OrchestratorPlanning

/// Where releases are built and run: in containers, or as processes of this machine.
///
/// All that belongs to a release is found by names that its plan has before the thing exists; removing what is not there is no
/// error.
package protocol WorkloadRuntime: Sendable {
  /// What of an app's source comes along.
  var sourceRules: SourceRules { get }

  /// Makes sure that the runtime can be used.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_unavailable` or `runtime_forbidden`.
  func checkAvailable() async throws

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

  /// Makes sure that nothing is there of what ``build(_:context:receive:)`` makes, as far as it is ours.
  func removeBuild(of plan: ComponentPlan) async throws

  /// The folder on whose disk releases are built; nil where that cannot be told.
  func buildFolder() async -> String?

  /// How many bytes there are of what ``build(_:context:receive:)`` made, as far as it does not share them.
  func buildSize(of plan: ComponentPlan) async throws -> Int

  /// The certificates that builds of the plan trust, as PEM text; nil when they are those of this machine, or nobody can tell.
  func trustedCertificates(of plan: ComponentPlan) async throws -> String?

  /// Starts the workload on the internal port; it is not started again when it ends until ``keepRunning(_:)``.
  ///
  /// - Returns: what was cleared away to make room, one sentence each.
  /// - Throws: ``OrchestratorError`` with the code `conflict` or `start_failed`.
  func start(_ workload: WorkloadPlan, on port: TCPPort) async throws -> [String]

  /// Has the workload started again from now on when it ends, and when the machine comes back.
  func keepRunning(_ workload: WorkloadPlan) async throws

  /// Makes sure that a workload that is kept running is looked after: whoever did so may have been killed.
  ///
  /// - Returns: what was done, in one sentence; nil when nothing was needed.
  func tend(_ workload: WorkloadPlan) async throws -> String?

  /// Makes sure that the workload of a release that serves runs, as after a restart of the machine.
  ///
  /// - Returns: what was done, in one sentence; nil when nothing was needed.
  func resume(_ workload: WorkloadPlan, on port: TCPPort) async throws -> String?

  /// What the workload is doing; nil when there is none of ours by its name.
  func state(of workload: WorkloadPlan) async throws -> WorkloadState?

  /// Where a workload listens, as far as can be seen, and where it should.
  func listeners(of workload: WorkloadPlan, on port: TCPPort) async -> ListenerReport?

  /// Gives the last `tail` lines of a workload's output to `receive` (all lines when nil), then, if asked to follow, every new one.
  func logs(of workload: WorkloadPlan, tail: Int?, follow: Bool, receive: (String) async throws -> Void) async throws

  /// Sees to it that what the workload printed stands in the release's own log when the workload is gone; stops nothing.
  func saveLogs(of workload: WorkloadPlan) async

  /// What the workload may use at most, in a few words; what is not limited here is said.
  func limits(of workload: WorkloadPlan) -> String

  /// Whether ``resume(_:on:)`` would have anything to do.
  func needsResuming(_ workload: WorkloadPlan) async throws -> Bool

  /// How far workloads are kept from one another; nil where none is kept apart, or none runs.
  func isolation() async throws -> Isolation?

  /// Everything that is ours here: workloads, images and their network, whether or not any release has their names.
  func ownedResources() async throws -> [OwnedResource]

  /// The names of workloads that were made from this state folder and run without it: the folder knows nothing of an app, and these may
  /// be an earlier installation's, or its own from before it was lost.
  func remnants() async -> [String]

  /// Asks the workload to stop with its signal, waits for its grace, kills it if need be, and removes it.
  func remove(_ workload: WorkloadPlan) async throws

  /// Ends all that still runs as the own user of the app of that number, when none of its workloads is left.
  ///
  /// - Throws: ``OrchestratorError`` with the code `runtime_failed` when something could not be ended.
  func endProcesses(ofApp number: Int) async throws

  /// The processes that run as the own user of one of the apps of these numbers, and belong to no workload.
  func strays(ofApps numbers: [Int]) async -> [ProcessEntry]

  /// Makes sure that a workload that was to be started is gone, as ``remove(_:)`` does, also where whoever began to start it was killed
  /// and it is still being made.
  func undoStart(of workload: WorkloadPlan) async throws
}

extension WorkloadRuntime {
  package func needsResuming(_ workload: WorkloadPlan) async throws -> Bool {
    let phase = try await state(of: workload)?.phase
    return phase == nil || phase == .exited || phase == .created
  }

  package func endProcesses(ofApp number: Int) async throws {}
  package func strays(ofApps numbers: [Int]) async -> [ProcessEntry] { [] }
  package func undoStart(of workload: WorkloadPlan) async throws { try await remove(workload) }
  package func remnants() async -> [String] { [] }
  package func isBuilt(_ plan: ComponentPlan, context: String, before: ComponentPlan?) async throws -> Bool { false }
  package func check(_ plan: ComponentPlan) async throws {}
  package func tend(_ workload: WorkloadPlan) async throws -> String? { nil }
  package func isolation() async throws -> Isolation? { nil }
  package func trustedCertificates(of plan: ComponentPlan) async throws -> String? { nil }
}

/// What a workload is doing.
package struct WorkloadState: Sendable, Equatable {
  package enum Phase: String, Sendable, Codable {
    case running, restarting, exited, created
  }

  package var phase: Phase
  /// The exit status of the last run, when there was one and it is known; a signal counts as 128 + its number.
  package var exitCode: Int?
  /// Whether the last run was ended because its memory was used up.
  package var outOfMemory = false
  /// When it started last, as ISO 8601.
  package var startedAt: String?
  package var restarts = 0
  /// The id of the process, where this machine can see it.
  package var processID: Int?
  /// The port on 127.0.0.1 that it was made for, where that is known: not always the one that it should have by now.
  package var port: TCPPort?
}
