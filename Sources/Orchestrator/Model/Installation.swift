import Foundation

/// What tells an installation apart from every other, also from one that had the same state folder before.
///
/// It stands in the store, in the file `installation` of the state folder, and on all that is made in Docker.
struct Installation: Codable, Equatable, Sendable {
  var id = UUID().uuidString.lowercased()
  /// Whether some of what it has was made before there were ids, and bears none.
  var isOlderThanIDs = false
}

extension StateFolder {
  var installationFile: String { path + "/installation" }

  /// Whose the folder is; nil where that was never written down, or cannot be read.
  var installation: Installation? {
    FileManager.default.contents(atPath: installationFile).flatMap {
      try? JSONDecoder().decode(Installation.self, from: $0)
    }
  }
}
