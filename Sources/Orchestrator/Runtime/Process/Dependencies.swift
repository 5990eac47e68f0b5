import Foundation

/// The installed dependencies of an app, shared by all of its releases with the same manifests and the same install steps.
///
/// They are built where they stay, since a virtual environment cannot be moved, and are never changed once they are complete.
struct Dependencies: Sendable {
  /// The folder of this state of the manifests.
  let folder: String

  /// What `${dependencies}` stands for.
  var installed: String { folder + "/dependencies" }
  /// The manifests, and what installing them put beside them, such as `node_modules`.
  var source: String { folder + "/source" }
  private var completeFile: String { folder + "/complete" }

  var areComplete: Bool { FileManager.default.fileExists(atPath: completeFile) }

  /// Notes that everything is installed.
  func complete() throws {
    guard FileManager.default.createFile(atPath: completeFile, contents: nil) else {
      throw StateFolder(folder).unwritable(nil)
    }
  }

  /// Removes the dependencies of an app that none of its releases uses.
  static func removeUnused(of app: AppName, in folder: StateFolder) throws {
    let manager = FileManager.default
    let all = folder.dependencies(of: app)
    let releases = (try? manager.contentsOfDirectory(atPath: folder.releases(of: app))) ?? []
    let used = Set(
      releases.compactMap { release in
        try? manager.destinationOfSymbolicLink(atPath: "\(folder.releases(of: app))/\(release)/dependencies")
      })
    let names = (try? manager.contentsOfDirectory(atPath: all)) ?? []
    for path in names.map({ "\(all)/\($0)" }) where !used.contains(path) { try manager.removeItem(atPath: path) }
    if used.isEmpty, manager.fileExists(atPath: all) { try manager.removeItem(atPath: all) }
  }
}
