import Foundation
import OrchestratorModel
import OrchestratorPlanning
import OrchestratorSystem
import SystemPackage

/// What the process runtime keeps of one build: its owner's alone, which is root where root deploys, and not written to once it is made.
///
/// No release runs in it. The one that it was made for runs where it was built, and each later one in a copy of its own.
struct BuildFolder: Sendable {
  let path: String
  /// The source, with what was made of it.
  var source: String { path + "/source" }
  /// A link to the dependencies that it was built with; it is made last.
  var dependenciesLink: String { path + "/dependencies" }

  init(_ plan: ComponentPlan, in folder: StateFolder) { path = folder.build(plan.build) }

  var isWhole: Bool { FileManager.default.isThere(dependenciesLink) }

  /// Keeps what was built in the folder of a release, which is the app's.
  ///
  /// - Throws: ``OrchestratorError`` with the code `build_failed` or `disk_full`, or `CancellationError`.
  func keep(_ release: ReleaseFolder, of plan: ComponentPlan, user: AppUser) async throws {
    let bytes = DiskSpace.used(by: release.source)
    if let disk = DiskSpace(at: path), disk.free < bytes { throw OrchestratorError.diskFull(while: Self.keeping) }
    do {
      try await FolderCopy(owner: user.id).copy(release.source, to: source)
    } catch let failure as FolderCopy.Failure {
      throw failure.explained(for: plan)
    }
    FaultPoint.pass("build copied")
  }

  fileprivate static let keeping = "keeping the build"
}

extension FolderCopy.Failure {
  fileprivate func explained(for plan: ComponentPlan) -> OrchestratorError {
    let (words, hint): (String, String?) =
      switch reason {
      case .system(.noSpace), .system(.diskQuotaExceeded): ("", nil)
      case .system(let code):
        (code.description, "see to it that the build leaves files behind that its own user can read")
      case .anothers: ("it is a hard link to a file of another user", "have the build make a copy of the file")
      case .tooDeep:
        (
          "folders lie more than \(FolderCopy.mostDepth) deep in one another",
          "have the build remove what the app does not need"
        )
      }
    if words.isEmpty { return .diskFull(while: BuildFolder.keeping, self) }
    let place = path.isEmpty ? "" : "\(path.quoted): "
    return OrchestratorError(
      .buildFailed, "what was built of \(plan.title) cannot be kept: \(place)\(words)", hint: hint, underlying: self)
  }
}
