import Foundation

/// What tells an installation apart from every other, also from one that had the same state folder before.
///
/// It stands in the store, in the file `installation` of the state folder, and on all that is made in Docker.
package struct InstallationID: Codable, Equatable, Sendable {
  package var id = UUID().uuidString.lowercased()
  /// Whether some of what it has was made before there were ids, and bears none.
  package var isOlderThanIDs = false

  package init(id: String = UUID().uuidString.lowercased(), isOlderThanIDs: Bool = false) {
    (self.id, self.isOlderThanIDs) = (id, isOlderThanIDs)
  }
}

extension StateFolder {
  package var installationFile: String { path + "/installation" }

  /// Whose the folder is; nil where that was never written down, or cannot be read.
  package var installation: InstallationID? {
    FileManager.default.contents(atPath: installationFile).flatMap {
      try? JSONDecoder().decode(InstallationID.self, from: $0)
    }
  }
}
