import Foundation
package import OrchestratorModel
import OrchestratorPlanning
import OrchestratorSystem

/// What the process runtime keeps of one component of a release, in the component's own folder.
///
/// The folder itself belongs to root where root deploys, and only what is named here as the app's belongs to the app's user: so an
/// app cannot put a link to somewhere else in the place of a folder that root works in.
package struct ReleaseFolder: Sendable {
  package let path: String
  /// A link to the dependencies that the release uses; as long as it is there they are kept.
  let dependenciesLink: String
  /// What tells temporary files apart from those of the release's first instance; empty for that.
  private let owner: String

  package init(_ plan: ComponentPlan, instance: Int = 1, in folder: StateFolder) {
    self.init(plan, owner: instance > 1 ? "_\(instance)" : "", in: folder)
  }

  /// As a command sees it.
  init(_ command: OneOffCommand, in folder: StateFolder) {
    self.init(command.plan, owner: "_" + command.id, in: folder)
  }

  private init(_ plan: ComponentPlan, owner: String, in folder: StateFolder) {
    path = folder.component(plan) + "/app"
    self.owner = owner
    dependenciesLink = folder.component(plan) + "/dependencies"
  }

  /// The app's source, with what its build made of it, for this release alone; what the app writes beside its code is here, too. The app's.
  package var source: String { path + "/source" }
  /// The app's home. The app's.
  package var home: String { path + "/home" }
  /// Temporary files of one instance, or of one command, gone with its process. The app's.
  var temporary: String { path + "/tmp" + owner }
  /// The files that the stack brings along.
  package var files: String { path + "/files" }
  /// The configuration of the server of the release's pages, if it is pages.
  package var serverConfiguration: String { path + "/" + StaticSiteServer.fileName }

  /// Makes all that is in it but the source.
  func prepare(_ plan: ComponentPlan, files: AppFiles) async throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: self.files, withIntermediateDirectories: true)
    for (name, content) in plan.stack.build.files {
      try content.writeReadable(to: "\(self.files)/\(name)")
    }
    try manager.setAttributes([.posixPermissions: 0o711], ofItemAtPath: path)
    try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: self.files)
    for folder in [home, temporary] { try await files.makeFolder(folder) }
  }

  /// Returns when it is on the disk: it is to be there after a loss of power, when the store says that it serves.
  func sync() async throws {
    do { try await blocking { [path] in try Durable.syncFileSystem(of: path) } } catch {
      throw OrchestratorError.unwritable(path, error)
    }
  }
}
