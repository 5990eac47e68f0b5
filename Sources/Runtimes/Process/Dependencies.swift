import Foundation
import Glibc
import OrchestratorModel
import OrchestratorSystem

/// The installed dependencies of an app, shared by all of its releases with the same manifests and the same install steps.
///
/// They are built where they stay, since a virtual environment cannot be moved, and are never changed once they are complete.
package struct Dependencies: Sendable {
  /// The folder of this state of the manifests.
  package let folder: String

  /// What `${dependencies}` stands for. The app's.
  package var installed: String { folder + "/dependencies" }
  /// The manifests, and what installing them put beside them, such as `node_modules`. The app's.
  package var source: String { folder + "/source" }
  private var completeFile: String { folder + "/complete" }

  var areComplete: Bool { FileManager.default.fileExists(atPath: completeFile) }

  /// Notes that everything is installed, when it is on the disk: after a loss of power the mark would stand for files that are empty.
  func complete() throws {
    do {
      try Durable.syncFileSystem(of: folder)
      _ = FileManager.default.createFile(
        atPath: completeFile, contents: nil, attributes: [.posixPermissions: 0o600])
      try Durable.sync(completeFile)
      try Durable.sync(folder)
    } catch {
      throw OrchestratorError.unwritable(folder, error)
    }
    FaultPoint.pass("dependencies complete")
  }

  /// Has a release or a build use these, by the link that says so; whatever it used before may go.
  func refer(from link: String) throws {
    unlink(link)
    FaultPoint.pass("dependencies not referred to")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
  }

  /// Those that the release uses.
  ///
  /// - Throws: ``OrchestratorError`` with the code `start_failed` when the release has none any more.
  package init(of release: ReleaseFolder) throws {
    try self.init(linkedBy: release.dependenciesLink, of: "the folder of the release, \(release.path.quoted),")
  }

  /// Those that a build was made with.
  ///
  /// - Throws: ``OrchestratorError`` with the code `start_failed` when it is not whole.
  init(of build: BuildFolder) throws {
    try self.init(linkedBy: build.dependenciesLink, of: "the folder of the build, \(build.path.quoted),")
  }

  private init(linkedBy link: String, of owner: String) throws {
    guard let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else {
      throw OrchestratorError(.startFailed, "\(owner) is not complete any more", hint: "deploy the app again")
    }
    self.folder = folder
  }

  package init(folder: String) { self.folder = folder }

  /// Removes the dependencies of an app that none of its releases and builds uses.
  static func removeUnused(of app: AppName, in folder: StateFolder, files: AppFiles) async throws {
    let manager = FileManager.default
    let all = folder.dependencies(of: app)
    // Each has its link in its own folder, or one in the folder of each of its components. Where a folder cannot be read we cannot
    // tell what is used.
    let releases = try [folder.releases(of: app), folder.builds(of: app)].filter(manager.isThere).flatMap { place in
      try manager.contentsOfDirectory(atPath: place).map { "\(place)/\($0)" }
    }
    let components = try releases.filter(manager.isRealFolder).flatMap { release in
      try manager.contentsOfDirectory(atPath: release).map { "\(release)/\($0)" }
    }
    let used = Set(
      (releases + components).compactMap { try? manager.destinationOfSymbolicLink(atPath: "\($0)/dependencies") })
    for path in manager.children(of: all) where !used.contains(path) { try await files.remove(path) }
    if used.isEmpty { try await files.remove(all) }
  }
}
